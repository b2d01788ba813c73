/** Bytes as something to read. Shows what is there; it interprets nothing, for the inspector must not lie. */

const decoder = new TextDecoder();
const strictly = new TextDecoder('utf-8', { fatal: true });

/** What the list needs of a packet. */
export interface Frame {
  readonly json: boolean;
  /** One line: the text of a chat part, the name of a command. */
  readonly summary: string;
  /** `chat`, the name of a command, an event or a call to the service; `text` and `bytes` for what is no JSON. */
  readonly kind: string;
  /** As the frame says. */
  readonly messageId?: string;
  /** `3`, or `4 fin` for the last. */
  readonly part?: string;
  /** A command of protocol v2; with a code, the answer to one. */
  readonly command?: { readonly name: string; readonly code?: number };
}

export function readFrame(data: Uint8Array): Frame {
  const frame = parsed(data);
  if (frame === undefined) {
    const text = textOf(data);
    return text === undefined
      ? { json: false, summary: `${data.byteLength} bytes, no text`, kind: 'bytes' }
      : { json: false, summary: text, kind: 'text' };
  }
  const { mid, idx, fin } = fields(frame.value);
  const command = commandIn(frame.value);
  return {
    json: true,
    summary: summaryOf(frame.value),
    kind: command?.name ?? kindOf(frame.value),
    ...(typeof mid === 'string' && mid !== '' && { messageId: mid }),
    ...(typeof idx === 'number' && { part: fin === true ? `${idx} fin` : String(idx) }),
    ...(command && { command }),
  };
}

/** Indented JSON, else the text as it came, else the bytes in hexadecimal. */
export function wholeFrame(data: Uint8Array): string {
  const frame = parsed(data);
  return frame === undefined
    ? (textOf(data) ?? hexadecimal(data))
    : JSON.stringify(frame.value, undefined, 2);
}

/** What the packet is as JSON, in a box, for `null` is JSON too; undefined for what is none. */
export function parsed(data: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(decoder.decode(data)) };
  } catch {
    return undefined;
  }
}

/** Undefined for what is no text, or has control characters in it. */
export function textOf(data: Uint8Array): string | undefined {
  try {
    const text = strictly.decode(data);
    return /^[^\p{Cc}]+$/u.test(text) ? text : undefined;
  } catch {
    return undefined;
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

function kindOf(frame: unknown): string {
  const { type, pld, action, event_type } = fields(frame);
  const name = action ?? event_type ?? fields(pld)['event'] ?? type;
  return typeof name === 'string' ? name : 'other';
}

/** Some builds of the service write `cmd` for the type, and `command` for the name. */
function commandIn(frame: unknown): Frame['command'] {
  const { type, pld } = fields(frame);
  const { cmd, command, code } = fields(pld);
  const name = cmd ?? command;
  if ((type !== 'command' && type !== 'cmd') || typeof name !== 'string') return undefined;
  return code === undefined ? { name } : { name, code: Number(code) };
}

function named(name: string, text: unknown): string {
  return typeof text === 'string' ? `${name}: ${text}` : name;
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function hexadecimal(data: Uint8Array): string {
  const pairs = Array.from(data.subarray(0, 4_096), (byte) => byte.toString(16).padStart(2, '0'));
  return pairs.join(' ');
}
