/** What is this machine alone. */

/** Of an address to listen on, or of the host in a URL. */
export function isLoopback(host: string): boolean {
  return /^(.*\.)?localhost$|^127(\.\d{1,3}){3}$|^\[?::1\]?$/i.test(host);
}

/**
 * Whether a request names this machine as its host. A page elsewhere can have its own name lead to 127.0.0.1 (DNS
 * rebinding); its requests then carry that name.
 */
export function namesLoopback(request: Request): boolean {
  const host = request.headers.get('host') ?? '';
  const named = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
  // The request line may hold an address of its own.
  return isLoopback(named) && isLoopback(new URL(request.url).hostname);
}
