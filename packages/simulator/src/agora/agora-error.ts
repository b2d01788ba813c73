/** What the SDK throws: go by `code`; constructor names are minified, and the message begins with the code. */

export class AgoraRTCException extends Error {
  override readonly name = 'AgoraRTCException';
  readonly code: string;
  readonly data: unknown;

  constructor(code: string, message = '', data?: unknown) {
    super(`AgoraRTCError ${code}: ${message}`);
    this.code = code;
    this.data = data;
  }
}

/** An error as the SDK would throw it, for a fault. `code` is one of the SDK's `AgoraRTCErrorCode`. */
export function agoraError(code: string, message?: string, data?: unknown): AgoraRTCException {
  return new AgoraRTCException(code, message, data);
}
