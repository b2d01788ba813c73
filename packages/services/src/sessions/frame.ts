/** What every server half does the same way: what it takes, opening, closing. */

import type { AvatarServiceServer, OpenedServiceSession, OpenRequest } from '../contract';
import type { Line } from '../http/attempt';
import { acceptedFields, type Body, type RequestTable } from '../request/map-request';
import { type ClosingOptions, createClosing } from './closing';
import { createOpening, type OpenSteps } from './opening';
import { idOf } from './ref';

export interface FrameParts {
  readonly line: Line;
  readonly table: RequestTable;
  /** What `call` takes as `action`. */
  readonly actions: object;
  readonly closing: Pick<ClosingOptions, 'send' | 'isGone'>;
  /** What is sent to open a session. Called before anything is begun. @throws AvatarError, naming the field */
  body(request: OpenRequest): Body;
  create(body: Body, steps: OpenSteps, request: OpenRequest): Promise<OpenedServiceSession>;
}

export type Frame = Pick<
  AvatarServiceServer,
  'name' | 'providers' | 'accepts' | 'actions' | 'open' | 'close' | 'settled'
>;

export function createFrame({ line, table, actions, closing, body, create }: FrameParts): Frame {
  const { service } = line.options;
  const close = createClosing({ ...line.options, ...closing });
  const opening = createOpening(line.options, close);
  return {
    name: service,
    providers: table.providers,
    accepts: acceptedFields(table),
    actions: Object.freeze(Object.keys(actions)),
    async open(request, { signal }) {
      const wanted = body(request);
      return opening.open((steps) => create(wanted, steps, request), signal);
    },
    close: async (session, reason, more) => close(idOf(service, session), reason, more),
    settled: opening.settled,
  };
}
