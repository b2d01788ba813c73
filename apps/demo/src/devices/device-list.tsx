import type { DeviceInfo } from '@avatarwire/core';
import type { ReactNode } from 'react';
import { RadioList } from '../ui/radio-list';

interface DeviceListProps {
  readonly label: string;
  readonly devices: readonly DeviceInfo[];
  readonly chosenId: string | undefined;
  readonly onChoose: (id: string | undefined) => void;
}

const SYSTEM = '';

/** The system's own choice, which is followed as it changes, and each device by its name. */
export function DeviceList({ label, devices, chosenId, onChoose }: DeviceListProps): ReactNode {
  // Until the visitor has allowed one, none has a name or an id.
  const named = devices.filter(({ id, label: name }) => id !== '' && name !== '');
  return (
    <>
      <RadioList
        label={label}
        value={chosenId ?? SYSTEM}
        options={[
          { value: SYSTEM, label: 'System default' },
          ...named.map(({ id, label: name }) => ({ value: id, label: name })),
        ]}
        onChange={(id) => onChoose(id === SYSTEM ? undefined : id)}
      />
      {named.length === 0 && (
        <p className="text-xs text-ink-3">Others appear here by name once you have allowed one.</p>
      )}
    </>
  );
}
