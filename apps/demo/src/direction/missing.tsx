import type { ServiceCapabilities } from '@avatarwire/core';
import type { ReactNode } from 'react';
import { classNames } from '../ui/class-names';

interface Lack {
  readonly what: string;
  readonly instead: string;
}

/** What is not there, and how it is instead: nothing, where the avatar can do all. */
export function lacksOf({ ask, interrupt, setParams, setAction }: ServiceCapabilities): readonly Lack[] {
  return [
    ...(ask ? [] : [{ what: 'Answers', instead: 'It repeats what it is given.' }]),
    ...(interrupt ? [] : [{ what: 'Interrupting', instead: 'It speaks to the end.' }]),
    ...(setParams ? [] : [{ what: 'Speed and language', instead: 'They are its voice’s own.' }]),
    ...(setAction ? [] : [{ what: 'Gestures', instead: 'It moves as it likes.' }]),
  ];
}

/** In the place of controls that would do nothing. */
export function Missing({
  name,
  can,
  className,
}: {
  readonly name: string;
  readonly can: ServiceCapabilities;
  readonly className?: string;
}): ReactNode {
  const lacks = lacksOf(can);
  if (lacks.length === 0) return null;
  return (
    <div data-testid="missing" className={classNames('flex flex-col gap-1.5 xl:gap-2.5', className)}>
      <p className="caption">Not with {name}</p>
      <dl className="grid grid-cols-[repeat(auto-fit,minmax(8.75rem,1fr))] gap-x-6 gap-y-3 xl:grid-cols-1">
        {lacks.map(({ what, instead }) => (
          <div key={what}>
            <dt className="text-sm font-medium text-ink-2">{what}</dt>
            <dd className="text-xs text-pretty text-ink-3">{instead}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
