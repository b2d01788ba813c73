/** Proof that a track carries something: a picture that comes, a sound that is not nothing. Rejects after 10 s. */
export async function media(track: MediaStreamTrack): Promise<void> {
  const proof = track.kind === 'video' ? seen(track) : heard(track);
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`The ${track.kind} track carries nothing.`)), 10_000);
  });
  await Promise.race([proof, late]);
}

async function seen(track: MediaStreamTrack): Promise<void> {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  await video.play();
  await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  video.srcObject = null;
}

async function heard(track: MediaStreamTrack): Promise<void> {
  // Remote sound flows into an audio graph only while an element plays it.
  const element = new Audio();
  element.muted = true;
  element.srcObject = new MediaStream([track]);
  await element.play();
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  await context.resume();
  const samples = new Float32Array(analyser.fftSize);
  do {
    await new Promise((resolve) => setTimeout(resolve, 50));
    analyser.getFloatTimeDomainData(samples);
  } while (samples.every((sample) => Math.abs(sample) < 0.001) && track.readyState === 'live');
  element.srcObject = null;
  await context.close();
}
