"""Connects to ports again and again and prints each connection that was not
let in: steady.py ADDRESS PORT..., until its standard input ends. Without an
address, steady.py "" PORT..., it is the one that listens."""

import socket
import sys
import threading

address, ports = sys.argv[1], [int(port) for port in sys.argv[2:]]
done = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), done.set()), daemon=True).start()


def listen(port):
    with socket.create_server(("", port), backlog=1000) as server:
        while True:
            server.accept()[0].close()


if not address:
    for port in ports:
        threading.Thread(target=listen, args=[port], daemon=True).start()
    done.wait()
    sys.exit()

tried = 0
while not done.wait(0.01):
    for port in ports:
        tried += 1
        try:
            # A first packet that is dropped is sent again after a second.
            socket.create_connection((address, port), timeout=0.9).close()
        except OSError as error:
            print("closed:", port, error)
print("tried:", tried)
