import { useAvatarSession, useAvatarState } from '@avatarwire/react';
import { type ReactNode, useId, useState } from 'react';
import { useProblems } from '../session/problems-context';
import { Select } from '../ui/select';
import { languages } from './labels';

type Language = (typeof languages)[number]['value'];

export function LanguageSelect(): ReactNode {
  const session = useAvatarSession();
  const { attempt } = useProblems();
  const id = useId();
  const acknowledged = useAvatarState(({ params }) => params.language);
  const possible = useAvatarState(({ state }) => state === 'live');
  const [wanted, setWanted] = useState<Language>();
  const known = languages.find(({ value }) => value === acknowledged)?.value;

  const choose = async (language: Language) => {
    setWanted(language);
    await attempt(() => session.setParams({ language }));
    setWanted(undefined);
  };
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="caption">
        Language
      </label>
      <Select
        id={id}
        value={wanted ?? known ?? 'en'}
        options={languages}
        disabled={!possible}
        onChange={(language) => void choose(language)}
      />
    </div>
  );
}
