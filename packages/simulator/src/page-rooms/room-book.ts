/** The rooms of a page: made, told things and closed as the mock services order. */

import { AvatarError } from '@avatarwire/core';
import type { MockRoom, RoomEnd } from '../mock-room';
import type { RoomMakers } from './host-rooms';
import { DEEDS, LONGEST_TEXT, type Order, type OrderAnswer, type RoomDescription } from './wire';

type Task = Extract<Order, { call: number }>;
type Outcome = Pick<OrderAnswer, 'room' | 'error'>;

export interface RoomBook {
  readonly size: number;
  /** Never rejects: what goes wrong is its outcome. */
  obey(task: Task): Promise<Outcome>;
  /** Closes all rooms, those too that are still being made, and makes no more. */
  close(): Promise<void>;
}

interface Kept {
  readonly ending: AbortController;
  readonly made: Promise<MockRoom>;
}

export function createRoomBook(makers: RoomMakers, onFault: (error: unknown) => void): RoomBook {
  const kept = new Map<string, Kept>();
  let closed = false;

  async function make({ room: id, wanted }: Extract<Task, { kind: 'make' }>): Promise<RoomDescription> {
    const maker = makers[wanted.provider];
    if (closed || !maker)
      throw new AvatarError('unsupported', `This page gives no rooms of ${wanted.provider}.`);
    const ending = new AbortController();
    const made = (async () => maker(wanted, { signal: ending.signal }))();
    kept.set(id, { ending, made });
    try {
      const room = await made;
      ending.signal.throwIfAborted();
      return describe(room);
    } catch (error) {
      kept.delete(id);
      throw error;
    }
  }

  async function tell({ room: id, deed, value }: Extract<Task, { kind: 'do' }>): Promise<void> {
    const room = await kept.get(id)?.made;
    if (!room) throw new AvatarError('session-gone', 'This page has no such room.');
    switch (deed) {
      case 'speak':
      case 'answer':
        return room[deed]?.(value as string);
      case 'acceptAnswer':
        return room.acceptAnswer?.(value as { type: 'answer'; sdp: string });
      case 'addCandidate':
        return room.addCandidate?.(value as RTCIceCandidateInit);
    }
  }

  async function leave(id: string, why: RoomEnd): Promise<void> {
    const found = kept.get(id);
    if (!found) return;
    kept.delete(id);
    found.ending.abort(new AvatarError('session-gone', 'The session is over.'));
    // A room that never was has told its maker's error already.
    const room = await found.made.catch(() => undefined);
    await room?.close(why);
  }

  async function carryOut(task: Task): Promise<Outcome> {
    switch (task.kind) {
      case 'make':
        return { room: await make(task) };
      case 'do':
        await tell(task);
        return {};
      case 'leave':
        await leave(task.room, task.why);
        return {};
    }
  }

  return {
    get size() {
      return kept.size;
    },
    async obey(task) {
      try {
        return await carryOut(task);
      } catch (error) {
        onFault(error);
        return {
          error: String(error instanceof Error ? error.message : error).slice(0, LONGEST_TEXT) || 'failed',
        };
      }
    },
    async close() {
      closed = true;
      await Promise.all([...kept.keys()].map((id) => leave(id, 'shut-down').catch(onFault)));
    },
  };
}

function describe(room: MockRoom): RoomDescription {
  const { credentials, avatarId, visitorId, roomName, agentToken } = room;
  return {
    credentials,
    ...(avatarId !== undefined && { avatarId }),
    ...(visitorId !== undefined && { visitorId }),
    ...(roomName !== undefined && { roomName }),
    ...(agentToken !== undefined && { agentToken }),
    deeds: DEEDS.filter((deed) => room[deed] !== undefined),
  };
}
