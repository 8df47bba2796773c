"""What a network offers: for each of its modules a protocol, and the function that finds it by the network's name.

A network is a folder ``networks/<name>/``; its module ``theory`` follows the protocol `interface.theory.Theory` and is
found by `interface.theory.theory_of`, and so on for every module here. Each stands alone: who imports one depends on
the modules that it finds, and on no others.
"""
