"""Prints for each line `NETWORK ADDRESS` whether the address is in the network."""
import ipaddress
import sys

for line in sys.stdin:
    network, address = line.split()
    print(ipaddress.ip_address(address) in ipaddress.ip_network(network))
