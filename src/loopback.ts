// Addresses that nobody but this machine reaches.

/** Whether a name or address is of this machine alone; IPv6 with or without its brackets. */
export function isLoopback(host: string): boolean {
  return ['localhost', '::1', '[::1]'].includes(host) || /^127(\.\d{1,3}){3}$/.test(host);
}
