import type { ReactNode } from 'react';
import { Segmented } from '../ui/segmented';
import { Select } from '../ui/select';
import { type Choice, type Choices, choose, type Offer } from './choice';
import { serviceLabel } from './choice-text';

/** So many stand side by side, also on a phone. */
const MOST_SIDE_BY_SIDE = 5;

interface ServicePickerProps {
  readonly choices: Choices;
  readonly choice: Choice;
  readonly onChoose: (choice: Choice) => void;
}

/** All services at a glance; where accounts make them many, a list. */
export function ServicePicker({ choices, choice, onChoose }: ServicePickerProps): ReactNode {
  const onChange = (service: Offer['service']) => {
    const wanted = choices.find((each) => each.service === service);
    if (wanted !== undefined) onChoose(choose(wanted, choice.provider));
  };
  const options = choices.map(({ service }) => ({ value: service, ...serviceLabel(service) }));
  if (options.length <= MOST_SIDE_BY_SIDE) {
    return <Segmented label="Service" value={choice.service} options={options} onChange={onChange} />;
  }
  return (
    <Select
      aria-label="Service"
      tall
      value={choice.service}
      options={options.map(({ value, label, note }) => ({ value, label: `${label}, ${note}` }))}
      onChange={onChange}
    />
  );
}
