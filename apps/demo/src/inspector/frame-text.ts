/** Bytes as something to read. Shows what is there; it interprets nothing, for the inspector must not lie. */

const decoder = new TextDecoder();

export interface FrameText {
  /** Indented JSON, or the bytes in hexadecimal where they are not JSON. */
  readonly whole: string;
  readonly json: boolean;
  /** One line: the text of a chat part, the name of a command. */
  readonly summary: string;
  /** As the frame says. */
  readonly messageId?: string;
  /** `3`, or `4 fin` for the last. */
  readonly part?: string;
}

export function readFrame(data: Uint8Array): FrameText {
  try {
    const frame: unknown = JSON.parse(decoder.decode(data));
    const { mid, idx, fin } = fields(frame);
    return {
      whole: JSON.stringify(frame, undefined, 2),
      json: true,
      summary: summaryOf(frame),
      ...(typeof mid === 'string' && { messageId: mid }),
      ...(typeof idx === 'number' && { part: fin === true ? `${idx} fin` : String(idx) }),
    };
  } catch {
    return { whole: hexadecimal(data), json: false, summary: `${data.byteLength} bytes, not JSON` };
  }
}

function summaryOf(frame: unknown): string {
  const { type, pld } = fields(frame);
  const { text, cmd, event, code, data, from } = fields(pld);
  if (typeof text === 'string') return typeof from === 'string' ? `${from}: ${text}` : text;
  if (typeof cmd === 'string') {
    if (code !== undefined) return `${cmd} → ${String(code)}`;
    return data === undefined ? cmd : `${cmd} ${JSON.stringify(data)}`;
  }
  return String(event ?? type ?? '');
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function hexadecimal(data: Uint8Array): string {
  const pairs = Array.from(data.subarray(0, 4_096), (byte) => byte.toString(16).padStart(2, '0'));
  return pairs.join(' ');
}
