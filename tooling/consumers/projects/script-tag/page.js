/* global StreamingAvatar, StreamEvents */

const post = (path, body) => fetch(path, { method: 'POST', body: JSON.stringify(body) });

async function talk() {
  const avatar = new StreamingAvatar({
    close: ({ sessionId }, { keepalive }) =>
      fetch('/close', { method: 'POST', keepalive, body: JSON.stringify({ id: sessionId }) }).then(() => {}),
  });
  const answered = new Promise((resolve, reject) => {
    let answer = '';
    avatar.on(StreamEvents.ONMESSAGE, ({ detail: { from, text, message } }) => {
      if (from !== 'bot') return;
      answer += text;
      if (message.complete) resolve(answer);
    });
    avatar.on(StreamEvents.ERROR, ({ detail }) => reject(detail.e));
  });
  const session = await (await post('/open')).json();
  await avatar.startSessionWithCredentials('avatar', { ...session, modeType: 'Dialogue' });
  await avatar.sendMessage('Why? '.repeat(400));
  const answer = await answered;
  await avatar.closeStreaming();
  // What the avatar heard, and what is open, knows the server.
  return { ...(await (await post('/told')).json()), answer, state: avatar.session.getSnapshot().state };
}

talk()
  .catch((error) => ({ error: String(error) }))
  .then((outcome) => {
    document.querySelector('#outcome').textContent = JSON.stringify(outcome);
  });
