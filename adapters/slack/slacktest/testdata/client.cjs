// The official client of Slack, as an app would use it: it acknowledges what it gets, and writes it to standard output.
const { SocketModeClient } = require("@slack/socket-mode");

const client = new SocketModeClient({
  appToken: process.env.APP_TOKEN,
  clientOptions: { slackApiUrl: process.env.API_URL },
});
client.on("app_mention", async ({ ack, event, retry_num }) => {
  await ack();
  console.log(JSON.stringify({ kind: "event", text: event.text, retry: retry_num }));
});
client.on("slash_commands", async ({ ack, body }) => {
  await ack({ response_type: "ephemeral", text: "hello from node" });
  console.log(JSON.stringify({ kind: "command", text: body.text }));
});
client.on("interactive", async ({ ack, body }) => {
  await ack();
  console.log(JSON.stringify({ kind: "press", text: body.actions[0].value }));
});
client.start();
