/* global StreamingAvatar, StreamEvents */

const find = (id) => document.getElementById(id);

const avatar = new StreamingAvatar({
  // Ends the paid session, whatever ended the conversation. With `keepalive` the page is going away.
  async close({ sessionId }, { keepalive }) {
    await post('/api/session/close', { id: sessionId }, keepalive);
  },
});

avatar.on(StreamEvents.READY, () => {
  tell('ready');
  showControls(true);
});
avatar.on(StreamEvents.ONMESSAGE, ({ detail }) => showMessage(detail));
avatar.on(StreamEvents.WILLEXPIRE, ({ detail }) => tell(detail.msg));
avatar.on(StreamEvents.EXPIRED, ({ detail }) => tell(detail.msg));
avatar.on(StreamEvents.ERROR, ({ detail }) => {
  tell(`error: ${detail.msg}`);
  // A microphone that was unplugged is off.
  showMicrophone();
});
avatar.on(StreamEvents.CLOSED, ({ detail }) => {
  tell(`closed: ${detail.reason}`);
  showControls(false);
  find('session').textContent = 'Start';
  find('session').disabled = false;
});

find('session').onclick = async () => {
  const button = find('session');
  if (button.textContent === 'End') {
    button.disabled = true;
    await avatar.closeStreaming();
    return;
  }
  button.disabled = true;
  try {
    // Our own server opened the session and keeps the key; its answer has what is needed to join, and no more.
    const session = await (await post('/api/session', {})).json();
    await avatar.startSessionWithCredentials('avatar', { ...session, language: 'en', modeType: 'Dialogue' });
    button.textContent = 'End';
  } catch (error) {
    tell(`not started: ${error.message}`);
  }
  button.disabled = false;
};

find('composer').onsubmit = (event) => {
  event.preventDefault();
  // What fails is told as ERROR, too: nobody has to wait for it.
  avatar.sendMessage(find('text').value);
  find('composer').reset();
};

find('microphone').onclick = async () => {
  await avatar.toggleMic().catch(() => {});
  showMicrophone();
};

/** One message comes in pieces; those that belong together have the same `msg_id`. */
function showMessage({ msg_id, from, text }) {
  let line = find(msg_id);
  if (line === null) {
    line = document.createElement('li');
    line.id = msg_id;
    line.dataset.from = from;
    find('messages').append(line);
  }
  line.textContent += text;
}

function showControls(on) {
  for (const id of ['text', 'send', 'microphone']) find(id).disabled = !on;
  showMicrophone();
}

function showMicrophone() {
  find('microphone').setAttribute('aria-pressed', String(avatar.micStatus));
}

async function post(path, body, keepalive = false) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body), keepalive });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer;
}

function tell(line) {
  const entry = document.createElement('li');
  entry.textContent = line;
  find('log').append(entry);
}
