"""The screens: pure functions from facts to a `Screen`, in the words of a `Say`."""
