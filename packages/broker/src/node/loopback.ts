import { isLoopback } from '../loopback';

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
