/** The steps of a sequence, done. */

import { heal, hearAgain, unclog } from './healing';
import { createTestSource } from './sources';
import type { Stage } from './stage';
import type { Deed } from './steps';
import { dyedText, wellFormed } from './texts';

export interface Deeds {
  perform(deed: Deed): void;
  /** What waits for a moment to come waits no longer. */
  stop(): void;
}

export function createDeeds(stage: Stage): Deeds {
  const { clock, session, sides, witness, said, calls, meet, worst, here, call, say } = stage;
  const removers: (() => void)[] = [];

  function abort(
    entry: { readonly controller?: AbortController | undefined } | undefined,
    what: string,
  ): void {
    if (!entry?.controller || entry.controller.signal.aborted) return;
    meet(what);
    entry.controller.abort(`enough of ${what}`);
  }

  function react(reaction: string): void {
    meet('called from a listener');
    switch (reaction) {
      case 'close':
        return call('close', () => session.close());
      case 'interrupt':
        return call('interrupt', () => session.interrupt());
      case 'connect':
        return call('connect', () => session.connect());
      case 'send':
        return perform({ do: 'send', text: 'word', withSignal: false, forgotten: false });
      case 'abort':
        return perform({ do: 'abort-text', which: 'newest' });
      case 'cut':
        return perform({ do: 'cut' });
    }
  }

  function upon({ moment, then }: Extract<Deed, { do: 'upon' }>): void {
    let remove = () => {};
    const once = () => {
      remove();
      react(then);
    };
    if (moment === 'snapshot') remove = session.subscribe(once);
    else if (moment === 'state') remove = session.on('state-changed', once);
    else if (moment === 'message') remove = session.on('message-changed', once);
    else if (moment === 'received') remove = session.on('message-received', once);
    else remove = session.tap(once);
    removers.push(() => remove());
  }
  function perform(deed: Deed): void {
    const { sim, plans, clogs, deaf } = here();
    const { network, avatar } = sim;
    const isConnected = ['waiting', 'live', 'reconnecting'].includes(session.getSnapshot().state);
    switch (deed.do) {
      case 'connect': {
        const controller = deed.withSignal ? new AbortController() : undefined;
        if (witness.run > 0 && session.getSnapshot().state === 'closed') meet('connected again');
        return call(
          'connect',
          () => session.connect(controller ? { signal: controller.signal } : {}),
          controller,
        );
      }
      case 'close':
        return call('close', () => session.close());
      case 'abort-connect':
        return abort(
          calls.filter(({ what, outcome }) => what === 'connect' && !outcome).at(-1),
          'abort of connect',
        );
      case 'interrupt':
        return call('interrupt', () => session.interrupt());
      case 'gesture':
        return call('setAction', () => session.setAction({ gesture: 'nod' }));
      case 'keep-open':
        return session.keepOpen();
      case 'await-event': {
        const controller = new AbortController();
        return call('once', () => session.once('params-changed', { signal: controller.signal }), controller);
      }
      case 'send':
      case 'ask':
      case 'speak': {
        const number = said.length;
        const text = dyedText(number, deed.text);
        const controller = deed.withSignal ? new AbortController() : undefined;
        const { forgotten } = deed;
        return say(
          {
            number,
            kind: deed.do,
            whole: wellFormed(text),
            source: undefined,
            throws: false,
            controller,
            forgotten,
          },
          () => session[deed.do](text, controller ? { signal: controller.signal } : {}),
        );
      }
      case 'stream': {
        const number = said.length;
        const text = dyedText(number, deed.text);
        const source = createTestSource(text, deed, clock);
        const controller = deed.withSignal ? new AbortController() : undefined;
        const throws = deed.end === 'throws';
        if (deed.end !== 'ends') meet(`stream ${deed.end}`);
        return say(
          { number, kind: 'speak', whole: wellFormed(text), source, throws, controller, forgotten: false },
          () =>
            session.speak(source.input, { as: deed.as, ...(controller && { signal: controller.signal }) }),
        );
      }
      case 'abort-text': {
        const open = said.filter(
          ({ settled, controller }) => !settled && controller && !controller.signal.aborted,
        );
        return abort(deed.which === 'oldest' ? open[0] : open.at(-1), 'abort of a text');
      }
      case 'params': {
        const { mode, speed } = deed;
        return call('setParams', () =>
          session.setParams({ ...(mode && { mode }), ...(speed && { voice: { speed } }) }),
        );
      }
      case 'large-params':
        return call('setParams', () =>
          session.setParams({ voice: { pronunciation: { AKOOL: 'a'.repeat(16_500) } } }),
        );
      case 'cut':
        if (isConnected) meet('cut');
        return network.cut();
      case 'resume':
        if (session.getSnapshot().state === 'reconnecting') meet('resume');
        return network.resume();
      case 'lossy-reconnect':
        if (session.getSnapshot().state === 'reconnecting') meet('lossy reconnect');
        return network.lossyReconnect();
      case 'clog':
        network.shape({ uplinkBytesPerSecond: 0 });
        meet('stalled socket');
        if (clogs.at(-1)?.to !== Infinity) clogs.push({ from: clock.now(), to: Infinity });
        return;
      case 'unclog':
        return unclog(here(), clock);
      case 'calm':
        return heal(here(), clock, false);
      case 'end-link': {
        if (isConnected) meet(`link ended: ${deed.reason}`);
        here().ends.push(clock.now());
        const ends = {
          'network-lost': network.lose,
          'room-ended': network.endRoom,
          removed: network.remove,
          'joined-elsewhere': network.joinElsewhere,
          'credentials-expired': network.expire,
        };
        return ends[deed.reason]();
      }
      case 'delay':
        worst.latencyMs = Math.max(worst.latencyMs, deed.ms);
        meet('delay');
        return network.shape({ latencyMs: deed.ms });
      case 'jitter':
        worst.jitterMs = Math.max(worst.jitterMs, deed.ms);
        meet('jitter');
        return network.shape({ jitterMs: deed.ms });
      case 'loss':
        here().lossy.push({ from: clock.now(), to: Infinity });
        return network.shape({ loss: deed.part });
      case 'duplication':
        worst.isOrderly = false;
        return network.shape({ duplication: deed.part });
      case 'reordering':
        worst.isOrderly = false;
        return network.shape({ reordering: deed.part });
      case 'avatar-leaves':
        if (isConnected && avatar.state.present) meet('avatar left');
        return void avatar.leave();
      case 'avatar-returns':
        if (sim.service.open === 0) return;
        if (isConnected && !avatar.state.present) meet('avatar returned');
        return void avatar.return();
      case 'avatar-goes-deaf':
        if (isConnected) meet('avatar went deaf');
        if (deaf.at(-1)?.to !== Infinity) deaf.push({ from: clock.now(), to: Infinity });
        return avatar.ignoreEverything();
      case 'avatar-hears-again':
        return hearAgain(here(), clock);
      case 'avatar-speaks':
        return avatar.say(`Unasked ${clock.now()}. `.repeat(3));
      case 'avatar-understands':
        return avatar.understand(`Heard ${clock.now()}.`);
      case 'send-fault':
        for (let times = 0; times < deed.times; times++) plans.send.push(deed.how);
        return;
      case 'join-fault':
        return void plans.join.push(deed.how);
      case 'leave-hangs':
        plans.leaveHangs = true;
        return;
      case 'open-fault':
        return void (sides.find((side) => side.plans.open.length === 0) ?? here()).plans.open.push(deed.how);
      case 'close-fault':
        return void plans.close.push(deed.how);
      case 'service-ends':
        if (isConnected) meet('service ended');
        return here().endService();
      case 'credentials-expiring':
        if (isConnected) meet('credentials expiring');
        return here().emitExpiring(deed.inMs);
      case 'clock-step':
        meet(deed.ms > 0 ? 'clock an hour on' : 'clock an hour back');
        return clock.wallStep(deed.ms);
      case 'upon':
        return upon(deed);
    }
  }

  return {
    perform,
    stop() {
      for (const remove of removers) remove();
    },
  };
}
