/** What was started, and how it ends: in order, each step even if another failed, once. */

import type { Logger } from '@avatarwire/core';
import type { Broker } from '../options';
import type { BrokerStore, SessionState } from '../store';
import type { HttpServer } from './http-server';
import type { Metrics } from './metrics';
import type { Sweeping } from './sweeping';

export type Tally = Readonly<Record<SessionState, number>>;

export class Running {
  metrics?: Metrics;
  broker?: Broker;
  server?: HttpServer;
  metricsServer?: HttpServer;
  sweeping?: Sweeping;
  #ending: Promise<Tally | undefined> | undefined;

  constructor(
    readonly store: BrokerStore,
    readonly logger: Logger,
  ) {}

  get ending(): boolean {
    return this.#ending !== undefined;
  }

  end(sessions: 'leave' | 'close', graceMs: number): Promise<Tally | undefined> {
    this.#ending ??= this.#end(sessions, graceMs);
    return this.#ending;
  }

  async #end(sessions: 'leave' | 'close', graceMs: number): Promise<Tally | undefined> {
    await this.#step('server', () => this.server?.close(graceMs));
    // The broker waits for the sweep under way, within its bounds.
    this.sweeping?.stop();
    await this.#step('broker', () => this.broker?.close({ sessions }));
    const tally = this.broker && (await this.#step('tally', () => this.store.tally()));
    await this.#step('store', () => this.store.close());
    // Last, so that the end can be watched.
    await this.#step('metrics', () => this.metricsServer?.close(0));
    this.metrics?.close();
    return tally;
  }

  async #step<T>(step: string, take: () => Promise<T> | undefined): Promise<T | undefined> {
    try {
      return await take();
    } catch (error) {
      this.logger.error('A step of closing failed; the others go on.', { step, error });
      return undefined;
    }
  }
}
