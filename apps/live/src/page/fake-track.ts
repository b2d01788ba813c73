/** A tone, or a picture that changes: real tracks, without a device. */
export function fakeTrack(kind: 'audio' | 'video'): MediaStreamTrack {
  return kind === 'audio' ? tone() : picture();
}

function tone(): MediaStreamTrack {
  const context = new AudioContext();
  const oscillator = context.createOscillator();
  const destination = context.createMediaStreamDestination();
  oscillator.connect(destination);
  oscillator.start();
  return endedWith(first(destination.stream), () => {
    oscillator.stop();
    void context.close();
  });
}

function picture(): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  canvas.width = 320;
  canvas.height = 240;
  const context = canvas.getContext('2d');
  let hue = 0;
  const timer = setInterval(() => {
    hue = (hue + 15) % 360;
    if (context === null) return;
    context.fillStyle = `hsl(${hue} 80% 50%)`;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }, 50);
  return endedWith(first(canvas.captureStream(20)), () => clearInterval(timer));
}

function first(stream: MediaStream): MediaStreamTrack {
  const [track] = stream.getTracks();
  if (track === undefined) throw new Error('The browser made a stream without a track.');
  return track;
}

/** `stop()` says nothing to listeners, so what feeds a track is ended beside it. */
function endedWith(track: MediaStreamTrack, end: () => void): MediaStreamTrack {
  const stop = track.stop.bind(track);
  track.stop = () => {
    stop();
    end();
  };
  return track;
}
