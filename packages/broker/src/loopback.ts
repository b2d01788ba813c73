/** Whether a host names this machine alone: of an address to listen on, or in a URL. */
export function isLoopback(host: string): boolean {
  return /^(.*\.)?localhost$|^127(\.\d{1,3}){3}$|^\[?::1\]?$/i.test(host);
}
