// Runs in every page before its own scripts: `leftovers()` tells what is still open, a few words each.
{
  const connections = new Set();
  const sounds = new Set();
  const captured = new Set();
  const timers = new Map();

  const remembered = (Original, made) =>
    class extends Original {
      constructor(...args) {
        super(...args);
        made.add(this);
      }
    };
  window.RTCPeerConnection = remembered(window.RTCPeerConnection, connections);
  window.AudioContext = remembered(window.AudioContext, sounds);

  const capture = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await capture(constraints);
    for (const track of stream.getTracks()) captured.add(track);
    return stream;
  };

  const repeat = window.setInterval.bind(window);
  const forget = window.clearInterval.bind(window);
  window.setInterval = (handler, ms, ...args) => {
    const timer = repeat(handler, ms, ...args);
    timers.set(timer, `a timer every ${ms} ms`);
    return timer;
  };
  window.clearInterval = (timer) => {
    timers.delete(timer);
    forget(timer);
  };

  window.leftovers = () => [
    ...[...connections].filter((each) => each.connectionState !== 'closed').map(() => 'a peer connection'),
    ...[...sounds].filter((each) => each.state !== 'closed').map(() => 'an AudioContext'),
    ...[...captured]
      .filter((each) => each.readyState !== 'ended')
      .map(({ kind }) => `a captured ${kind} track`),
    ...timers.values(),
  ];
}
