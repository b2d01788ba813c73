/** What the SDK throws: recognised by its shape, as its class is not exported. */

/** The SDK's own codes, and the one of its inside that leaks out of the rate check. */
const NAMES = {
  5000: 'INVALID_PARAMETER',
  5100: 'INVALID_OPERATION',
  5200: 'ENV_NOT_SUPPORTED',
  5300: 'DEVICE_ERROR',
  5400: 'SERVER_ERROR',
  5500: 'OPERATION_FAILED',
  5998: 'OPERATION_ABORT',
  5999: 'UNKNOWN_ERROR',
} as const;

export type TrtcErrorCode = keyof typeof NAMES;

export const TRTC_ERROR_CODE = Object.freeze({
  INVALID_PARAMETER: 5000,
  INVALID_OPERATION: 5100,
  ENV_NOT_SUPPORTED: 5200,
  DEVICE_ERROR: 5300,
  SERVER_ERROR: 5400,
  OPERATION_FAILED: 5500,
  OPERATION_ABORT: 5998,
  UNKNOWN_ERROR: 5999,
} as const satisfies Record<(typeof NAMES)[TrtcErrorCode], TrtcErrorCode>);

export interface TrtcError extends Error {
  readonly code: number;
  readonly extraCode?: number | undefined;
  /** The call that failed; empty where it was none. */
  readonly functionName: string;
}

class RtcError extends Error implements TrtcError {
  override readonly name: string;
  readonly code: number;
  readonly extraCode: number | undefined;
  readonly functionName: string;

  constructor(code: TrtcErrorCode, message: string, functionName: string, extraCode: number | undefined) {
    super(message);
    this.name = NAMES[code];
    this.code = code;
    this.extraCode = extraCode;
    this.functionName = functionName;
  }
}

export function trtcError(
  code: TrtcErrorCode,
  message: string,
  functionName = '',
  extraCode?: number,
): TrtcError {
  return new RtcError(code, message, functionName, extraCode);
}

/** Of another class than every other error: with a code of the SDK's inside, and thrown, not rejected. */
class OverRateError extends Error {
  override readonly name = 'RtcError';
  readonly code = 4097;
  readonly extraCode = 0;
}

export function overRateError(message: string): Error {
  return new OverRateError(message);
}
