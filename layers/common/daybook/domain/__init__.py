"""The accounting core: pure functions and values, nothing but the standard library and pydantic."""
