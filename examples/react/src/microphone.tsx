import { useMicrophone, useMicrophoneLevel } from '@avatarwire/react';
import { type ReactNode, useRef } from 'react';

/** On, muted or refused; how loud it is, and which one. */
export function Microphone(): ReactNode {
  const { state, can, toggle, toggleMuted, choose } = useMicrophone({ watch: true });
  const on = state.status !== 'off';

  return (
    <fieldset disabled={!can}>
      <legend>Microphone</legend>
      <button type="button" aria-pressed={on} onClick={toggle}>
        {on ? 'Switch off' : 'Switch on'}
      </button>
      <button type="button" aria-pressed={state.muted} onClick={toggleMuted}>
        Mute
      </button>
      <select
        aria-label="Which microphone"
        value={state.chosenId ?? ''}
        onChange={({ target }) => void choose(target.value || undefined)}
      >
        <option value="">System default</option>
        {state.devices.map(({ id, label }) => (
          <option key={id} value={id}>
            {label || 'A microphone'}
          </option>
        ))}
      </select>
      {on && <Level />}
      {state.problem !== undefined && <p role="alert">{state.problem.remedy}</p>}
    </fieldset>
  );
}

/** Twenty times a second, and React renders it once. */
function Level(): ReactNode {
  const meter = useRef<HTMLMeterElement>(null);
  useMicrophoneLevel((level) => {
    if (meter.current) meter.current.value = level;
  });
  return <meter ref={meter} aria-label="Level of the microphone" />;
}
