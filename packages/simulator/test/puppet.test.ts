import { expect, test } from 'vitest';
import { createSimulatedAvatar } from '../src/avatar';
import { createPuppet, EXPRESSION_BLEND_MS } from '../src/face';
import { EXPRESSION_HOLD_MS } from '../src/face/puppet';
import { createVirtualClock } from '../src/virtual-clock';

/** An avatar with nobody but the test to hear. */
function createPair() {
  const clock = createVirtualClock();
  const listeners = new Set<(packet: { data: Uint8Array; from: string }) => void>();
  const avatar = createSimulatedAvatar({
    clock,
    port: {
      send() {},
      onPacket(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
  });
  const puppet = createPuppet(avatar, clock);
  const tell = (frame: object) => {
    const data = new TextEncoder().encode(JSON.stringify({ v: 2, mid: `m${clock.now()}`, ...frame }));
    for (const listener of listeners) listener({ data, from: 'visitor' });
  };
  const act = (data: object) => tell({ type: 'command', pld: { cmd: 'set-action', data } });
  const face = () => puppet.faceAt(clock.now());
  return { clock, avatar, puppet, tell, act, face };
}

test('at rest the face is neutral, closed and in the mode that the avatar starts with', () => {
  const { face } = createPair();

  expect(face()).toMatchObject({ mode: 'retelling', speed: 1, speaking: false, mouth: { open: 0 } });
  expect(face().expression.name).toBe('neutral');
});

test('mode and speed show what was acknowledged', async () => {
  const { tell, face, clock } = createPair();

  tell({ type: 'command', pld: { cmd: 'set-params', data: { mode: 2, vparams: { speed: 0.9 } } } });
  await clock.advance(100);

  expect(face()).toMatchObject({ mode: 'dialogue', speed: 0.9 });
});

test('the mouth moves while words are said, and closes at once on an interrupt', async () => {
  const { tell, face, clock } = createPair();
  tell({ type: 'chat', idx: 0, fin: true, pld: { text: 'Papa made a banana cake, and mama was glad.' } });
  let widest = 0;
  for (let step = 0; step < 40; step += 1) {
    await clock.advance(25);
    widest = Math.max(widest, face().mouth.open);
  }
  expect(face().speaking).toBe(true);
  expect(widest).toBeGreaterThan(0.6);

  tell({ type: 'command', pld: { cmd: 'interrupt' } });

  expect(face()).toMatchObject({ speaking: false, mouth: { open: 0 } });
});

test('a gesture begins when it is asked for, and again when it is asked for again', async () => {
  const { act, face, clock } = createPair();

  act({ action: 'nod' });
  expect(face().gesture).toEqual({ name: 'nod', startedAtMs: clock.now() });
  await clock.advance(500);
  act({ action: 'nod' });

  expect(face().gesture).toEqual({ name: 'nod', startedAtMs: clock.now() });
});

test('an expression blends from the one before, is held, and goes back to neutral', async () => {
  const { act, face, clock } = createPair();
  act({ expression: 'angry' });
  await clock.advance(1_000);

  act({ expression: 'surprise' });
  expect(face().expression).toEqual({ name: 'surprise', previous: 'angry', startedAtMs: 1_000 });
  await clock.advance(EXPRESSION_HOLD_MS - 1);
  expect(face().expression.name).toBe('surprise');
  await clock.advance(EXPRESSION_BLEND_MS);

  expect(face().expression).toMatchObject({ name: 'neutral', previous: 'surprise' });
});

test('an action that the avatar refuses is not shown', () => {
  const { act, face } = createPair();

  act({ action: 'moonwalk' });

  expect(face().gesture).toBeUndefined();
});

test('a puppet that is closed follows nothing any more', async () => {
  const { puppet, act, face } = createPair();
  puppet.close();

  act({ action: 'nod' });

  expect(face().gesture).toBeUndefined();
});
