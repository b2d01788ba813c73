import { expect, test } from 'vitest';
import { createLoopbackSignalling, type RemoteSignals } from '../src/index';

const { signal } = new AbortController();

function listener(): RemoteSignals & { readonly heard: unknown[] } {
  const heard: unknown[] = [];
  return {
    heard,
    description: (description) => heard.push(description),
    candidate: (candidate) => heard.push(candidate),
    ended: () => heard.push('ended'),
    failed: (error) => heard.push(error),
  };
}

test('one end of a loop-back offers and the other answers, as asked', () => {
  const usual = createLoopbackSignalling();
  expect([usual.local.role, usual.remote.role]).toEqual(['offerer', 'answerer']);
  const reversed = createLoopbackSignalling({ offerer: 'remote' });
  expect([reversed.local.role, reversed.remote.role]).toEqual(['answerer', 'offerer']);
});

test('what one end says reaches the other in order, copied, and never in the same turn', async () => {
  const { local, remote } = createLoopbackSignalling();
  const [here, there] = [listener(), listener()];
  await local.open(here, { signal });
  await remote.open(there, { signal });
  const candidate = { candidate: 'a' };
  void local.sendDescription({ type: 'offer', sdp: 'v=0' }, { signal });
  void local.sendCandidate(candidate, { signal });
  void local.sendCandidate(null, { signal });
  void local.close();
  expect(there.heard).toEqual([]);
  candidate.candidate = 'changed later';
  await Promise.resolve();
  expect(there.heard).toEqual([{ type: 'offer', sdp: 'v=0' }, { candidate: 'a' }, null, 'ended']);
  expect(here.heard).toEqual([]);
});

test('what is said before the other end is open waits for it', async () => {
  const { local, remote } = createLoopbackSignalling();
  void remote.sendCandidate({ candidate: 'early' }, { signal });
  await Promise.resolve();
  const here = listener();
  await local.open(here, { signal });
  await Promise.resolve();
  expect(here.heard).toEqual([{ candidate: 'early' }]);
});
