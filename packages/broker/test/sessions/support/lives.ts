/** A process that can be killed: whatever it asks for after that moment never happens, and nothing answers it. */

import type { AvatarServiceServer } from '@avatarwire/services';
import type { BrokerStore } from '../../../src/store';
import { wrapped } from './store-doubles';

export interface Life {
  /** What it did so far: every call to a store or a service. */
  readonly steps: string[];
  readonly dead: boolean;
  onStep: (what: string) => void;
  /** Dies at the step of this number, from 0: before it takes effect, or before its answer comes. */
  dieAt(step: number, when: 'before' | 'after'): void;
  kill(): void;
  store(store: BrokerStore): BrokerStore;
  service(service: AvatarServiceServer): AvatarServiceServer;
}

const never = () => new Promise<never>(() => {});

export function life(): Life {
  const steps: string[] = [];
  let dead = false;
  let fatal: { readonly step: number; readonly when: 'before' | 'after' } | undefined;

  async function live<T>(what: string, work: () => Promise<T>): Promise<T> {
    if (dead) return never();
    const number = steps.push(what) - 1;
    mortal.onStep(what);
    const dies = fatal?.step === number ? fatal.when : undefined;
    if (dies !== undefined) dead = true;
    if (dies === 'before') return never();
    const result = await work();
    return dead ? never() : result;
  }

  const mortal: Life = {
    steps,
    onStep: () => {},
    get dead() {
      return dead;
    },
    dieAt(step, when) {
      fatal = { step, when };
    },
    kill() {
      dead = true;
    },
    store: (store) => wrapped(store, (method, work) => live(`store.${method}`, work)),
    service: (service) => ({
      ...service,
      open: (...all) => live('service.open', () => service.open(...all)),
      close: (...all) => live('service.close', () => service.close(...all)),
      ...(service.list && {
        list: (...all) => live('service.list', async () => (await service.list?.(...all)) ?? []),
      }),
    }),
  };
  return mortal;
}
