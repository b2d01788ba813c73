import { isAvatarError } from '@avatarwire/core';
import { describe, expect, it } from 'vitest';
import { type Preset, presets, type Wanted } from '../../src';
import { refusal, stage } from './support/stage';

const GUIDE: Preset = {
  service: 'double',
  avatarId: 'tristan',
  durationSeconds: 300,
  language: 'en',
  languages: ['en', 'de'],
  modes: ['dialogue'],
  providers: ['agora'],
  voiceId: 'voice-1',
};

const CALLER = { id: 'alice' };
const of = (table: Record<string, Preset>, wanted: Partial<Wanted> = {}, options = {}) =>
  presets(table, options)(CALLER, { provider: 'agora', ...wanted });

function refusedWith(act: () => unknown): object {
  try {
    act();
  } catch (error) {
    const { status, code, field, message } = error as Record<string, unknown>;
    return { status, code, field, message, isAvatarError: isAvatarError(error) };
  }
  return {};
}

describe('presets', () => {
  it('open what the table says, and of the page take the language and the mode that it lists', () => {
    const request = { avatarId: 'tristan', durationSeconds: 300, voiceId: 'voice-1' };
    expect(of({ guide: GUIDE })).toEqual({ service: 'double', request: { ...request, language: 'en' } });
    expect(of({ guide: GUIDE }, { preset: 'guide', language: 'de', mode: 'dialogue' })).toEqual({
      service: 'double',
      request: { ...request, language: 'de', mode: 'dialogue' },
    });
  });

  it.each([
    ['preset', { preset: 'other' }],
    ['preset', { preset: 'constructor' }],
    ['language', { language: 'fr' }],
    ['mode', { mode: 'retelling' as const }],
    ['provider', { provider: 'livekit' as const }],
  ])('refuse a %s that is not listed', (field, wanted) => {
    expect(refusedWith(() => of({ guide: GUIDE }, wanted))).toMatchObject({ status: 403, field });
  });

  it('want a name where there are several and none is the default', () => {
    const table = { guide: GUIDE, seller: { ...GUIDE, avatarId: 'anna' } };
    expect(refusedWith(() => of(table))).toMatchObject({ status: 400, field: 'preset' });
    expect(of(table, {}, { default: 'seller' })).toMatchObject({ request: { avatarId: 'anna' } });
  });

  it.each([
    ['guide.service', { service: '' }],
    ['guide.avatarId', { avatarId: undefined }],
    ['guide.durationSeconds', { durationSeconds: 0 }],
    ['guide.durationSeconds', { durationSeconds: 1.5 }],
    ['guide.durationSeconds', { durationSeconds: undefined }],
    ['guide.providers', { providers: ['zoom'] }],
    ['guide.languages', { languages: [] }],
    ['guide.modes', { modes: ['shouting'] }],
    ['guide.backgroundUrl', { backgroundUrl: 'http://x.example' }],
    ['guide.quality', { quality: 'best' }],
    ['guide.avatar_id', { avatar_id: 'x' }],
  ])('look at their table at once: presets.%s', (name, wrong) => {
    const table = { guide: { ...GUIDE, ...wrong } as Preset };
    const refused = refusedWith(() => presets(table));
    expect(refused).toMatchObject({ code: 'invalid-argument', isAvatarError: true });
    expect(refused).toHaveProperty('message', expect.stringContaining(`presets.${name}`));
  });

  it('refuse an empty table, a wrong name and a default that is not there', () => {
    for (const act of [
      () => presets({}),
      () => presets({ 'a/b': GUIDE }),
      () => presets({ guide: GUIDE }, { default: 'other' }),
    ]) {
      expect(refusedWith(act)).toMatchObject({ code: 'invalid-argument', isAvatarError: true });
    }
  });

  it('answer a page through the broker with what to change', async () => {
    const { open, double } = stage({ authorize: presets({ guide: GUIDE }) });
    const answer = await open({ language: 'fr' });
    expect(answer.status).toBe(403);
    expect(refusal(answer)).toMatchObject({ code: 'service-refused', field: 'language' });
    expect((await open({ language: 'de' })).status).toBe(201);
    expect(double.asked).toEqual([
      {
        provider: 'agora',
        avatarId: 'tristan',
        durationSeconds: 300,
        voiceId: 'voice-1',
        language: 'de',
      },
    ]);
  });
});
