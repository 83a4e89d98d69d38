"""Inference by llama.cpp: binding, worker thread, continuous batching, sampling, prompts."""
