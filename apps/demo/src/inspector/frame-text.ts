/** Bytes as something to read. Shows what is there; it interprets nothing, for the inspector must not lie. */

const decoder = new TextDecoder();
const strictly = new TextDecoder('utf-8', { fatal: true });

export interface FrameText {
  /** Indented JSON, else the text as it came, else the bytes in hexadecimal. */
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
    const text = textOf(data);
    return {
      whole: text ?? hexadecimal(data),
      json: false,
      summary: text ?? `${data.byteLength} bytes, no text`,
    };
  }
}

function summaryOf(frame: unknown): string {
  const { type, pld, action, body, event_type, message, pos } = fields(frame);
  // A call to the service; an event of LiveAvatar's; a piece of an A2E answer.
  if (typeof action === 'string') return named(action, fields(body)['text']);
  if (typeof event_type === 'string') return named(event_type, fields(frame)['text']);
  if (typeof message === 'string') {
    const name = [type, pos].filter((word) => typeof word === 'string').join(' ');
    return name === '' ? message : named(name, message);
  }
  const { text, cmd, event, code, data, from } = fields(pld);
  if (typeof text === 'string') return typeof from === 'string' ? `${from}: ${text}` : text;
  if (typeof cmd === 'string') {
    if (code !== undefined) return `${cmd} → ${String(code)}`;
    return data === undefined ? cmd : `${cmd} ${JSON.stringify(data)}`;
  }
  return String(event ?? type ?? '');
}

function named(name: string, text: unknown): string {
  return typeof text === 'string' ? `${name}: ${text}` : name;
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Undefined for what is no text, or has control characters in it. */
function textOf(data: Uint8Array): string | undefined {
  try {
    const text = strictly.decode(data);
    return /^[^\p{Cc}]+$/u.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

function hexadecimal(data: Uint8Array): string {
  const pairs = Array.from(data.subarray(0, 4_096), (byte) => byte.toString(16).padStart(2, '0'));
  return pairs.join(' ');
}
