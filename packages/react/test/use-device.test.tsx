// @vitest-environment happy-dom
import { act, cleanup } from '@testing-library/react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type DeviceControls, useCamera, useMicrophone, useScreen, useSpeaker } from '../src/index';
import { deviceOff, noSpeaker } from './fake-media';
import { fakeSession } from './fake-session';
import { renderWithSession } from './render-with-session';

afterEach(cleanup);

const cannot = fakeSession().getSnapshot().can;
const hooks = { microphone: useMicrophone, camera: useCamera, screen: useScreen } as const;

describe.each(Object.entries(hooks))('the hook of the %s', (source, useIt: () => DeviceControls) => {
  const name = source as keyof typeof hooks;
  const rendered = () => renderWithSession(useIt, undefined);

  test('shows how the device stands and whether it is sent, and renders for nothing else', () => {
    const { session, result, rendersDuring } = rendered();
    expect(result.current).toMatchObject({ state: deviceOff, can: false });
    expect(rendersDuring(() => session.change({ playback: 'blocked' }))).toBe(0);
    expect(rendersDuring(() => session.change({ speaker: { ...noSpeaker, choosable: true } }))).toBe(0);

    const on = { ...deviceOff, status: 'on' } as const;
    act(() => session.change({ [name]: on, can: { ...cannot, [name]: true } }));
    expect(result.current.state).toBe(on);
    expect(result.current.can).toBe(true);
  });

  test('its functions are the same ones for good, and it is the same object until its state changes', () => {
    const { session, result, rerender } = rendered();
    const before = result.current;
    rerender();
    expect(result.current).toBe(before);
    act(() => session.change({ [name]: { ...deviceOff, status: 'on' } }));
    expect(result.current).not.toBe(before);
    const { state: _, can: __, ...calls } = before;
    expect(result.current).toMatchObject(calls);
    for (const [key, call] of Object.entries(calls)) expect(Reflect.get(result.current, key)).toBe(call);
  });

  test('a button toggles by how it stands when it is pressed, not when it was rendered', () => {
    const { session, result } = rendered();
    const { toggle, toggleMuted } = result.current;
    toggle();
    session.change({ [name]: { ...deviceOff, status: 'starting' } });
    toggle();
    session.change({ [name]: { ...deviceOff, muted: true } });
    toggleMuted();
    session.change({ [name]: deviceOff });
    toggleMuted();
    expect(session.media.called).toEqual([
      `${name}.enable`,
      `${name}.disable`,
      `${name}.setMuted false`,
      `${name}.setMuted true`,
    ]);
  });

  test('what a call rejects with reaches whoever awaits it, and nobody else', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const { session, result } = rendered();
    session.media.failure = new Error('denied');
    result.current.toggle();
    result.current.toggleMuted();
    void result.current.enable();
    await expect(result.current.enable()).rejects.toThrow('denied');
    await new Promise((resolve) => setTimeout(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('mounting and unmounting ask the device nothing', () => {
    const { session, unmount } = rendered();
    unmount();
    expect(session.media.called).toEqual([]);
    expect([...session.media.following]).toEqual([]);
  });
});

describe.each([
  ['microphone', useMicrophone],
  ['camera', useCamera],
  ['speaker', useSpeaker],
] as const)('with watch, the hook of the %s', (name, useIt) => {
  test('follows the devices while it is mounted, and only then', () => {
    const { session, rerender, unmount } = renderWithSession((watch: boolean) => useIt({ watch }), true);
    expect(session.media.following.get(name)).toBe(1);
    rerender(false);
    expect(session.media.following.get(name)).toBe(0);
    rerender(true);
    expect(session.media.following.get(name)).toBe(1);
    unmount();
    expect(session.media.following.get(name)).toBe(0);
    expect(session.media.called).toEqual([]);
  });
});

test('camera and microphone pass on which device, side and quality was chosen', () => {
  const { session, result } = renderWithSession(
    () => ({ microphone: useMicrophone(), camera: useCamera(), screen: useScreen() }),
    undefined,
  );
  const { microphone, camera, screen } = result.current;
  void microphone.choose('desk');
  void camera.choose('front');
  void camera.setFacing('environment');
  void camera.setQuality('low');
  void screen.setQuality('high');
  expect(session.media.called).toEqual([
    'microphone.choose desk',
    'camera.choose front',
    'camera.setFacing environment',
    'camera.setQuality low',
    'screen.setQuality high',
  ]);
});

test('the speaker: what there is to choose from, and the choice; a rejection that nobody awaits is none', async () => {
  const { session, result, rendersDuring } = renderWithSession(() => useSpeaker(), undefined);
  const before = result.current;
  expect(rendersDuring(() => session.change({ microphone: { ...deviceOff, muted: true } }))).toBe(0);
  const speaker = { choosable: true, devices: [{ id: 'a', label: 'Headset' }] };
  act(() => session.change({ speaker }));
  expect(result.current.state).toBe(speaker);
  expect(result.current.choose).toBe(before.choose);
  session.media.failure = new Error('gone');
  void result.current.choose('a');
  await expect(result.current.choose('b')).rejects.toThrow('gone');
  expect(session.media.called).toEqual(['speaker.choose a', 'speaker.choose b']);
});
