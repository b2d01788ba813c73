import { describe, expect, test } from 'vitest';
import { remoteDescription } from './peer-double';
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
    expect(error).toMatchObject({ code: 'network', cause: { message: 'Bad line a=ice-pwd:***' } });
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
