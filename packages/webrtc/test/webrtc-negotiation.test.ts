import { describe, expect, test, vi } from 'vitest';
import { MAX_EARLY_CANDIDATES } from '../src/webrtc-negotiation';
import { createTrackDouble, remoteDescription } from './peer-double';
import { createStage, errorOf, settle } from './stage';

const far = (candidate: string, usernameFragment = 'far0') => ({ candidate, usernameFragment });

describe('outgoing, over doubles', () => {
  test('the offer is said first and each candidate when the one before has been taken', async () => {
    const releases: (() => void)[] = [];
    const held = () => new Promise<void>((resolve) => releases.push(resolve));
    const stage = createStage({ sendDescription: held, sendCandidate: held });
    void stage.connect();
    await settle();
    stage.peer.find('one');
    stage.peer.find('two');
    stage.peer.find(null);
    await settle();
    expect(stage.signalling.said).toHaveLength(1);
    for (let said = 1; said <= 4; said++) {
      expect(stage.signalling.said).toHaveLength(said);
      releases.shift()?.();
      await settle();
    }
    expect(stage.signalling.said).toEqual([
      expect.objectContaining({ type: 'offer' }),
      { candidate: 'one' },
      { candidate: 'two' },
      null,
    ]);
  });

  test('a candidate that the browser finds before the offer is set still goes after it', async () => {
    const stage = createStage();
    void stage.connect();
    const describe = stage.peer.setLocalDescription.bind(stage.peer);
    stage.peer.setLocalDescription = () => {
      stage.peer.find('hasty');
      return describe();
    };
    await settle();
    expect(stage.signalling.said).toEqual([
      expect.objectContaining({ type: 'offer' }),
      { candidate: 'hasty' },
    ]);
  });

  test('the empty candidate, which ends one generation, is not said', async () => {
    const stage = createStage();
    void stage.connect();
    await settle();
    stage.peer.find('');
    stage.peer.find(null);
    await settle();
    expect(stage.signalling.said.slice(1)).toEqual([null]);
  });

  test('nothing is said after the transport gave up', async () => {
    let release = () => {};
    const stage = createStage({ sendDescription: () => new Promise((resolve) => (release = resolve)) });
    const abort = new AbortController();
    const connecting = stage.connect({ signal: abort.signal });
    await settle();
    stage.peer.find('late');
    abort.abort('enough');
    await expect(connecting).rejects.toBe('enough');
    release();
    await settle();
    expect(stage.signalling.said).toHaveLength(1);
    expect(stage.signalling.signal.aborted).toBe(true);
  });
});

describe('incoming, over doubles', () => {
  test('candidates before the description are kept and taken in order, the end of them included', async () => {
    const stage = createStage();
    void stage.connect();
    await settle();
    stage.signalling.remote.candidate(far('one'));
    stage.signalling.remote.candidate(far('two'));
    stage.signalling.remote.candidate(null);
    await settle();
    expect(stage.peer.candidates).toEqual([]);
    stage.signalling.remote.description(remoteDescription('answer'));
    await settle();
    expect(stage.peer.candidates).toEqual([far('one'), far('two'), undefined]);
  });

  test('of candidates whose description never comes a hundred are kept', async () => {
    const stage = createStage();
    void stage.connect();
    await settle();
    for (let one = 0; one < 5_000; one += 1) stage.signalling.remote.candidate(far(`${one}`));
    await settle();
    stage.signalling.remote.description(remoteDescription('answer'));
    // Not one less than those that are kept, and not one more when all have had their turn.
    await vi.waitFor(() => expect(stage.peer.candidates.length).toBeGreaterThanOrEqual(MAX_EARLY_CANDIDATES));
    for (let turn = 0; turn < 50; turn += 1) await settle();
    expect(stage.peer.candidates).toHaveLength(MAX_EARLY_CANDIDATES);
    expect(stage.peer.candidates[0]).toEqual(far('0'));
  });

  test('candidates of a restart that overtake its answer are kept until it comes', async () => {
    const stage = createStage();
    await stage.connected();
    stage.peer.become('failed');
    await settle();
    stage.signalling.remote.candidate(far('new path', 'far1'));
    stage.signalling.remote.candidate(far('old path', 'far0'));
    await settle();
    expect(stage.peer.candidates).toEqual([far('old path', 'far0')]);
    stage.signalling.remote.description(remoteDescription('answer', 'far1'));
    await settle();
    expect(stage.peer.candidates).toEqual([far('old path', 'far0'), far('new path', 'far1')]);
  });

  test('a candidate that the browser refuses harms nothing', async () => {
    const stage = createStage();
    void stage.connect();
    await settle();
    stage.signalling.remote.description(remoteDescription('answer'));
    await settle();
    const taken = stage.peer.addIceCandidate.bind(stage.peer);
    stage.peer.addIceCandidate = async (candidate) => {
      if (candidate?.candidate === 'bad') throw new DOMException('bad', 'OperationError');
      await taken(candidate);
    };
    stage.signalling.remote.candidate(far('bad'));
    stage.signalling.remote.candidate(far('good'));
    await settle();
    expect(stage.peer.candidates).toEqual([far('good')]);
  });

  test('an offer is answered, and the candidates behind it are taken', async () => {
    const stage = createStage({ role: 'answerer' });
    void stage.connect();
    await settle();
    expect(stage.signalling.said).toEqual([]);
    stage.signalling.remote.description(remoteDescription('offer'));
    stage.signalling.remote.candidate(far('one'));
    await settle();
    expect(stage.signalling.said).toEqual([expect.objectContaining({ type: 'answer' })]);
    expect(stage.peer.candidates).toEqual([far('one')]);
  });

  test('an offer in the credentials is answered, whatever the role says', async () => {
    const offer = remoteDescription('offer');
    const stage = createStage({ role: 'offerer', credentials: { offer } });
    void stage.connect();
    await settle();
    expect(stage.peer.remoteDescription).toBe(offer);
    expect(stage.peer.added).toEqual([]);
    expect(stage.signalling.said).toEqual([expect.objectContaining({ type: 'answer' })]);
  });

  test('an offer that comes while candidates still wait to be said is answered: nothing of ours is offered meanwhile', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const stage = createStage({ sendCandidate: () => held });
    void stage.connect();
    await settle();
    stage.peer.find('slow');
    stage.signalling.remote.description(remoteDescription('answer'));
    await settle();
    stage.signalling.remote.description(remoteDescription('offer'));
    await settle();
    release();
    await settle();
    expect(stage.signalling.said).toEqual([
      expect.objectContaining({ type: 'offer' }),
      { candidate: 'slow' },
      expect.objectContaining({ type: 'answer' }),
    ]);
  });

  test('where both offer at once, the offer of the end that offers stands', async () => {
    const stage = createStage();
    void stage.connect();
    await settle();
    stage.signalling.remote.description(remoteDescription('offer'));
    await settle();
    expect(stage.peer.signalingState).toBe('have-local-offer');
    expect(stage.signalling.said).toHaveLength(1);
  });

  test('also while our own offer is still being made', async () => {
    const stage = createStage();
    void stage.connect();
    const describe = stage.peer.setLocalDescription.bind(stage.peer);
    let release = () => {};
    stage.peer.setLocalDescription = async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      await describe();
    };
    await settle();
    stage.signalling.remote.description(remoteDescription('offer'));
    await settle();
    expect(stage.peer.remoteDescription).toBeNull();
    release();
    await settle();
    expect(stage.signalling.said).toEqual([expect.objectContaining({ type: 'offer' })]);
  });

  test('a second answer to an offer that was said twice is passed over', async () => {
    const stage = createStage();
    await stage.connected();
    const answer = stage.peer.remoteDescription;
    stage.signalling.remote.description(remoteDescription('answer', 'again'));
    await settle();
    expect(stage.peer.remoteDescription).toBe(answer);
    expect(stage.warnings).toEqual([]);
  });

  test('a later offer of the other end is answered by the end that offered first, too', async () => {
    const stage = createStage();
    await stage.connected();
    stage.signalling.remote.description(remoteDescription('offer', 'far1'));
    await settle();
    expect(stage.signalling.said.at(-1)).toMatchObject({ type: 'answer' });
    expect(stage.peer.signalingState).toBe('stable');
  });
});

describe('descriptions that are refused, over doubles', () => {
  test('an answer that the browser refuses fails connect, without its secrets', async () => {
    const stage = createStage();
    const connecting = stage.connect();
    await settle();
    stage.peer.refuse = new DOMException('Bad line a=ice-pwd:far-password', 'OperationError');
    stage.signalling.remote.description(remoteDescription('answer'));
    const error = await errorOf(connecting);
    expect(error).toMatchObject({ code: 'network', cause: { message: 'Bad line a=[redacted]' } });
  });

  test('an offer in the credentials that the browser refuses is a wrong credential', async () => {
    const stage = createStage({ credentials: { offer: { type: 'offer', sdp: 'nonsense' } } });
    const connecting = stage.connect();
    stage.peer.refuse = new DOMException('cannot parse', 'OperationError');
    expect(await errorOf(connecting)).toMatchObject({
      code: 'invalid-credentials',
      message: expect.stringContaining('credentials.offer'),
    });
  });

  test('something that is neither offer nor answer fails connect', async () => {
    const stage = createStage();
    const connecting = stage.connect();
    await settle();
    stage.signalling.remote.description({ type: 'rollback', sdp: '' });
    expect(await errorOf(connecting)).toMatchObject({ code: 'network' });
  });

  test('on a connection that stands, a bad description is logged and nothing ends', async () => {
    const stage = createStage();
    await stage.connected();
    stage.peer.refuse = new DOMException('cannot parse', 'OperationError');
    stage.signalling.remote.description(remoteDescription('offer'));
    await settle();
    expect(stage.warnings).toHaveLength(1);
    expect(stage.names()).toEqual(['participant-joined']);
  });
});

describe('what changes on a connection that stands, over doubles', () => {
  const publish = (stage: ReturnType<typeof createStage>) => {
    const published = stage.transport.publishing.publish('camera', createTrackDouble('video'));
    published.catch(() => {});
    return published;
  };
  /** The other end takes what the offer speaks of. */
  const answered = async (stage: ReturnType<typeof createStage>) => {
    for (const line of stage.peer.made) line.currentDirection = line.direction;
    stage.signalling.remote.description(remoteDescription('answer'));
    await settle();
  };
  const offers = (stage: ReturnType<typeof createStage>) =>
    stage.signalling.said.filter((said) => said !== null && 'type' in said && said.type === 'offer').length;

  test('is offered, and agreed on with the answer', async () => {
    const stage = createStage();
    await stage.connected();
    const published = publish(stage);
    await settle();
    expect(offers(stage)).toBe(2);
    await answered(stage);
    await expect(published).resolves.toBeUndefined();
  });

  test('is offered by the end that answered first, too', async () => {
    const stage = createStage({ role: 'answerer' });
    await stage.connectedAsAnswerer();
    const published = publish(stage);
    await settle();
    expect(stage.signalling.said.at(-1)).toMatchObject({ type: 'offer' });
    await answered(stage);
    await expect(published).resolves.toBeUndefined();
  });

  test('waits where an offer is out, and goes with one of its own', async () => {
    const stage = createStage();
    await stage.connected();
    stage.peer.become('failed');
    await settle();
    expect(offers(stage)).toBe(2);
    stage.peer.become('connected');
    const published = publish(stage);
    await settle();
    expect(offers(stage)).toBe(2);
    await answered(stage);
    expect(offers(stage)).toBe(3);
    await answered(stage);
    await expect(published).resolves.toBeUndefined();
  });

  test('stands against an offer of the other end, where we are the end that offers', async () => {
    const stage = createStage();
    await stage.connected();
    const published = publish(stage);
    await settle();
    stage.signalling.remote.description(remoteDescription('offer', 'far1'));
    await settle();
    expect(stage.peer.signalingState).toBe('have-local-offer');
    await answered(stage);
    await expect(published).resolves.toBeUndefined();
  });

  test('gives way to an offer of the other end, where that is the end that offers, and is offered again', async () => {
    const stage = createStage({ role: 'answerer' });
    await stage.connectedAsAnswerer();
    const published = publish(stage);
    await settle();
    const before = stage.signalling.said.length;
    stage.signalling.remote.description(remoteDescription('offer', 'far1'));
    await settle();
    expect(stage.signalling.said.slice(before)).toEqual([
      expect.objectContaining({ type: 'answer' }),
      expect.objectContaining({ type: 'offer' }),
    ]);
    await answered(stage);
    await expect(published).resolves.toBeUndefined();
  });

  test('that comes up while an offer of the other end is being taken waits until that is answered', async () => {
    const stage = createStage();
    await stage.connected();
    const take = stage.peer.setRemoteDescription.bind(stage.peer);
    let release = () => {};
    stage.peer.setRemoteDescription = async (description) => {
      await new Promise<void>((resolve) => (release = resolve));
      await take(description);
    };
    stage.signalling.remote.description(remoteDescription('offer', 'far1'));
    await settle();
    const published = publish(stage);
    await settle();
    expect(offers(stage)).toBe(1);
    stage.peer.setRemoteDescription = take;
    release();
    await settle();
    expect(stage.signalling.said.slice(1)).toEqual([
      expect.objectContaining({ type: 'answer' }),
      expect.objectContaining({ type: 'offer' }),
    ]);
    await answered(stage);
    await expect(published).resolves.toBeUndefined();
  });

  test('an answer that the browser refuses fails it, and what comes next works', async () => {
    const stage = createStage();
    await stage.connected();
    const published = publish(stage);
    await settle();
    stage.peer.refuse = new DOMException('Bad line a=ice-pwd:far-password', 'OperationError');
    stage.signalling.remote.description(remoteDescription('answer'));
    expect(await errorOf(published)).toMatchObject({
      code: 'network',
      cause: { message: 'Bad line a=[redacted]' },
    });
    expect(stage.names()).toEqual(['participant-joined']);
    await answered(stage);
    const next = publish(stage);
    await settle();
    await answered(stage);
    await expect(next).resolves.toBeUndefined();
  });
});
