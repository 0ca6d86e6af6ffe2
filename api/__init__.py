"""The faces of whowhom: one service without Flask, its HTTP routes and its command line."""
