const { createAvatarSession } = require('@avatarwire/core');
const { simulate } = require('@avatarwire/simulator');

async function talk() {
  const sim = simulate({ policy: 'agora', reply: (text) => `You asked ${text.length} letters.` });
  const session = createAvatarSession(sim.options);
  await sim.run(session.connect());
  const received = session.once('message-received');
  await sim.run(session.ask('Why? '.repeat(400)));
  const { message } = await sim.run(received);
  await sim.run(session.close());
  return {
    letters: sim.avatar.heard.messages[0]?.text.length,
    answer: message.text,
    state: session.getSnapshot().state,
    open: sim.service.open,
  };
}

talk().then((outcome) => console.log(JSON.stringify(outcome)));
