"""The prefix tree of KV segments and its store on disk. Knows bytes and token ids, not llama.cpp."""
