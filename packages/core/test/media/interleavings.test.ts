// Core's devices over a double of the browser's and core's own publishing over a double of an SDK: both answer in any order.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeTrack } from './fake-devices';
import { type Connection, type MediaStage, mediaStage, settled } from './stage';

const processors = ['one', 'two'].map((name) => ({
  name,
  process: async (input: MediaStreamTrack) => {
    const track = new FakeTrack(input.kind as 'audio' | 'video');
    made.push({ name, track, input, stopped: 0 });
    const mine = made.at(-1);
    return {
      track,
      stop() {
        if (mine) mine.stopped += 1;
        track.stop();
      },
    };
  },
}));
let made: { name: string; track: FakeTrack; input: MediaStreamTrack; stopped: number }[] = [];

type Action =
  | { readonly do: 'enable' | 'disable' | 'join' | 'leave' | 'lose' | 'stop' | 'unplug' | 'plug' }
  | { readonly do: 'mute'; readonly muted: boolean }
  /** Shares the connection's queue. */
  | { readonly do: 'camera'; readonly on: boolean }
  | { readonly do: 'choose'; readonly id: string | undefined }
  | { readonly do: 'use'; readonly processor: number | undefined };

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ do: 'enable' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'disable' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'join' as const,
        'leave' as const,
        'lose' as const,
        'unplug' as const,
        'plug' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'stop' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('mute' as const), muted: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('camera' as const), on: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('choose' as const),
      id: fc.constantFrom('mic-1', 'mic-2', 'mic-9', undefined),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('use' as const), processor: fc.constantFrom(0, 1, undefined) }),
  },
);

/** What the last wishes come to. */
interface Wishes {
  on: boolean;
  muted: boolean;
  processor: number | undefined;
  camera: boolean;
}

function act(stage: MediaStage, next: Action, wishes: Wishes, join: () => void): void {
  const { microphone, camera, devices } = stage;
  switch (next.do) {
    case 'enable':
      wishes.on = true;
      void microphone.enable();
      break;
    case 'disable':
      wishes.on = false;
      void microphone.disable();
      break;
    case 'stop':
      wishes.on = false;
      wishes.camera = false;
      stage.stop();
      break;
    case 'mute':
      wishes.muted = next.muted;
      void microphone.setMuted(next.muted);
      break;
    case 'camera':
      wishes.camera = next.on;
      void (next.on ? camera.enable() : camera.disable());
      break;
    case 'choose':
      void microphone.choose(next.id);
      break;
    case 'use':
      wishes.processor = next.processor;
      void microphone.use(next.processor === undefined ? undefined : processors[next.processor]);
      break;
    case 'join':
      join();
      break;
    case 'leave':
      stage.leave();
      break;
    case 'lose':
      devices.live('audio')[0]?.endByItself();
      break;
    case 'unplug':
      devices.unplug('mic-2');
      break;
    case 'plug':
      if (!devices.hardware.some(({ id }) => id === 'mic-2')) devices.plugIn({ id: 'mic-2' });
  }
}

test('whatever overlaps, in the end one device is open as the last wish says, or none, and nothing leaks', async () => {
  const rejections: unknown[] = [];
  const note = (reason: unknown) => rejections.push(reason);
  process.on('unhandledRejection', note);
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.tuple(action, fc.nat({ max: 3 })), { minLength: 1, maxLength: 25 }),
      async (scheduler, actions) => {
        made = [];
        const stage = mediaStage();
        const wishes: Wishes = { on: false, muted: false, processor: undefined, camera: false };
        const answer = () => scheduler.schedule(Promise.resolve());
        stage.devices.answer = answer;
        let connection: Connection | undefined;
        const leaked: MediaStreamTrack[] = [];
        const join = () => {
          const joined = stage.join();
          joined.answer = answer;
          connection = joined;
        };
        for (const [next, turns] of actions) {
          if (next.do === 'leave') connection = undefined;
          act(stage, next, wishes, join);
          for (let turn = 0; turn < turns; turn += 1) {
            await settled();
            if (scheduler.count() > 0) await scheduler.waitOne();
            if (wishes.muted && stage.microphone.track?.enabled) leaked.push(stage.microphone.track);
          }
        }
        do {
          await settled();
          await scheduler.waitIdle();
          await settled();
        } while (scheduler.count() > 0);

        const state = stage.states.microphone;
        const live = stage.devices.live('audio');
        // What ended as it was opened is not opened again by itself, and says why.
        if (wishes.on) expect(state?.problem ? 'lost' : state?.status).toBe(state?.problem?.reason ?? 'on');
        if (!wishes.on && state !== undefined) expect(state.status).toBe('off');
        expect(live).toHaveLength(state?.status === 'on' ? 1 : 0);
        expect(state?.muted ?? false).toBe(wishes.muted);
        expect(leaked).toEqual([]);
        expect(stage.devices.live('video')).toHaveLength(wishes.camera ? 1 : 0);
        expect(stage.states.camera?.status ?? 'off').toBe(wishes.camera ? 'on' : 'off');
        if (connection) expect(connection.sent.get('camera')?.track).toBe(stage.camera.track);
        expect(stage.failures.filter(({ problem }) => problem.reason === 'not-sent')).toEqual([]);
        const processing = made.filter(({ stopped }) => stopped === 0);
        expect(made.every(({ stopped }) => stopped <= 1)).toBe(true);
        if (state?.status === 'on') {
          const wanted = wishes.processor === undefined ? [] : [processors[wishes.processor]?.name];
          expect(processing.map(({ name }) => name)).toEqual(wanted);
          const sent = connection?.sent.get('microphone');
          if (connection) expect(sent).toEqual({ track: stage.microphone.track, muted: wishes.muted });
          expect(stage.microphone.track?.enabled).toBe(!wishes.muted);
        } else if (state?.status === 'off') {
          expect(processing).toEqual([]);
          expect(connection?.sent.has('microphone') ?? false).toBe(false);
        }

        stage.stop();
        expect([...stage.devices.live('audio'), ...stage.devices.live('video')]).toEqual([]);
        expect(stage.devices.allListeners).toBe(0);
        await scheduler.waitIdle();
        await settled();
        await scheduler.waitIdle();
        await settled();
        expect(stage.clock.pendingTimers).toBe(0);
      },
    ),
    { numRuns: 200 },
  );
  process.off('unhandledRejection', note);
  expect(rejections).toEqual([]);
});
