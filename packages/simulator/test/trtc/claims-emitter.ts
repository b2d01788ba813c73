/** Claims about handlers. The SDK's `emit` is real and undeclared, so made-up events go through it. */

import { expect } from 'vitest';
import { type ClaimInstance, listen, unlisten } from './claim-tools';
import type { Claim } from './claims';

function claim(name: string, run: (instance: ClaimInstance, heard: string[]) => void): Claim {
  return {
    name,
    async run({ sdk }) {
      const instance = sdk.create();
      run(instance, []);
      instance.destroy();
    },
  };
}

export const emitterClaims: readonly Claim[] = [
  claim('a handler that is added twice is called once', (instance, heard) => {
    const handler = () => heard.push('called');
    listen(instance, 'made-up', handler);
    listen(instance, 'made-up', handler);
    instance.emit('made-up');
    expect(heard).toEqual(['called']);
  }),
  claim('a handler for * hears no other event', (instance, heard) => {
    listen(instance, '*', () => heard.push('star'));
    instance.emit('made-up');
    expect(heard).toEqual([]);
  }),
  claim('a handler that throws silences later ones, and its error reaches nobody', (instance, heard) => {
    listen(instance, 'made-up', () => heard.push('before'));
    listen(instance, 'made-up', () => {
      throw new Error('from a handler');
    });
    listen(instance, 'made-up', () => heard.push('after'));
    expect(instance.emit('made-up')).toBe(false);
    expect(heard).toEqual(['before']);
  }),
  claim('a handler that throws silences no other event', (instance, heard) => {
    listen(instance, 'made-up', () => {
      throw new Error('from a handler');
    });
    listen(instance, 'another', () => heard.push('another'));
    instance.emit('made-up');
    instance.emit('another');
    expect(heard).toEqual(['another']);
  }),
  claim('off removes one handler and leaves the others', (instance, heard) => {
    const handler = () => heard.push('removed');
    listen(instance, 'made-up', handler);
    listen(instance, 'made-up', () => heard.push('kept'));
    unlisten(instance, 'made-up', handler);
    instance.emit('made-up');
    expect(heard).toEqual(['kept']);
  }),
  claim('off without a handler removes every handler of that event', (instance, heard) => {
    listen(instance, 'made-up', () => heard.push('made-up'));
    listen(instance, 'another', () => heard.push('another'));
    unlisten(instance, 'made-up');
    instance.emit('made-up');
    instance.emit('another');
    expect(heard).toEqual(['another']);
  }),
  claim("off('*') removes every handler of every event", (instance, heard) => {
    listen(instance, 'made-up', () => heard.push('made-up'));
    listen(instance, '*', () => heard.push('star'));
    instance.off('*');
    instance.emit('made-up');
    instance.emit('*');
    expect(heard).toEqual([]);
  }),
  claim('handlers are gone after destroy, and new ones are heard', (instance, heard) => {
    listen(instance, 'made-up', () => heard.push('old'));
    instance.destroy();
    listen(instance, 'made-up', () => heard.push('new'));
    instance.emit('made-up');
    expect(heard).toEqual(['new']);
  }),
  claim('on and off return the instance', (instance) => {
    const handler = () => {};
    expect(instance.on('error', handler)).toBe(instance);
    expect(instance.off('error', handler)).toBe(instance);
  }),
  claim('a handler is called on its context, and without one on the instance', (instance) => {
    const context = {};
    const on: unknown[] = [];
    listen(
      instance,
      'made-up',
      function () {
        on.push(this);
      },
      context,
    );
    listen(instance, 'made-up', function () {
      on.push(this);
    });
    instance.emit('made-up');
    expect(on[0]).toBe(context);
    expect(on[1]).toBe(instance);
  }),
  claim('who is added during an event does not hear it, and who is removed still does', (instance, heard) => {
    const removed = () => heard.push('removed');
    listen(instance, 'made-up', () => {
      listen(instance, 'made-up', () => heard.push('added'));
      unlisten(instance, 'made-up', removed);
    });
    listen(instance, 'made-up', removed);
    instance.emit('made-up');
    expect(heard).toEqual(['removed']);
  }),
];
