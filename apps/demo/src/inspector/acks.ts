/** Commands and the acknowledgements that came for them, paired as the session pairs them. */

import type { WireRow } from './wire-log';

export interface Ack {
  /** Ids of the two packets; without the second, none has come. */
  readonly commandId: number;
  readonly answerId?: number;
  readonly name: string;
  readonly sentAt: number;
  /** From hand-over to the answer. */
  readonly ms?: number;
  /** 1000 is yes. */
  readonly code?: number;
}

export type AckState = 'waiting' | 'acknowledged' | 'refused' | 'missing' | 'unconfirmed';

/** As long as the session waits. AKOOL documents no answer to `set-action`: that none comes is no failure. */
const PATIENCE_MS = 5_000;
const ACTION = { name: 'set-action', patienceMs: 2_000 };
const ACCEPTED = 1_000;

export interface AckPairs {
  /** @returns whether a pair was begun or completed */
  note(row: WireRow): boolean;
  /** The packet is no longer kept. */
  forget(id: number): void;
  clear(): void;
  /** Each pair under both of its ids. */
  copy(): ReadonlyMap<number, Ack>;
}

export function pairAcks(): AckPairs {
  const pairs = new Map<number, Ack>();
  /** Those without an answer, by the id of the command, oldest first. */
  const open = new Map<number, { readonly ack: Ack; readonly messageId: string | undefined }>();

  function sent(row: WireRow, name: string): boolean {
    const ack: Ack = { commandId: row.id, name, sentAt: row.record.at };
    pairs.set(row.id, ack);
    open.set(row.id, { ack, messageId: row.frame.messageId });
    return true;
  }

  function answered(row: WireRow, name: string, code: number): boolean {
    const { messageId } = row.frame;
    const candidates = [...open.values()].filter((each) =>
      messageId === undefined ? each.ack.name === name : each.messageId === messageId,
    );
    // Without an id it counts only where nothing else can be meant.
    const found = messageId === undefined && candidates.length > 1 ? undefined : candidates.at(-1);
    if (found === undefined) return false;
    const { commandId, sentAt } = found.ack;
    const ack: Ack = { ...found.ack, answerId: row.id, ms: row.record.at - sentAt, code };
    open.delete(commandId);
    pairs.set(commandId, ack);
    pairs.set(row.id, ack);
    return true;
  }

  return {
    note(row) {
      const { command } = row.frame;
      if (command === undefined) return false;
      if (row.record.direction === 'out') return sent(row, command.name);
      return command.code !== undefined && answered(row, command.name, command.code);
    },
    forget(id) {
      pairs.delete(id);
      open.delete(id);
    },
    clear() {
      pairs.clear();
      open.clear();
    },
    copy: () => new Map(pairs),
  };
}

export function ackState({ name, sentAt, code }: Ack, now: number): AckState {
  if (code !== undefined) return code === ACCEPTED ? 'acknowledged' : 'refused';
  if (now - sentAt < patience(name)) return 'waiting';
  return name === ACTION.name ? 'unconfirmed' : 'missing';
}

/** When, on the clock of the records, the next pair will have waited for too long. */
export function nextLateAt(acks: ReadonlyMap<number, Ack>, now: number): number | undefined {
  const due = [...acks.values()]
    .filter((ack) => ackState(ack, now) === 'waiting')
    .map(({ name, sentAt }) => sentAt + patience(name));
  return due.length === 0 ? undefined : Math.min(...due);
}

function patience(name: string): number {
  return name === ACTION.name ? ACTION.patienceMs : PATIENCE_MS;
}
