// Addresses that nobody but this machine reaches.
import { isIPv4 } from 'node:net';

/** Whether a name or address is of this machine alone; IPv6 with or without its brackets. */
export function isLoopback(host: string): boolean {
  return ['localhost', '::1', '[::1]'].includes(host) || (isIPv4(host) && host.startsWith('127.'));
}
