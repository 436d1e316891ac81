// A page that uses a Liaison backend, in Node (--experimental-websocket before Node 22): sends each line of its input, a
// JSON list [name, args, kwargs], as one command under an id of its own, all at once, and prints {"tag": …, "value": …} for
// each, in the order of the input. Messages that are no reply are printed as {"push": …} as they come.
//
// As the package's README does it, except that a reply is known by its id and judged by its tag.

import readline from "node:readline";
import { randomUUID } from "node:crypto";

const socket = new WebSocket(process.argv[2]);
await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", event => reject(new Error(event.message ?? "no connection")));
});

const waiting = new Map();
socket.addEventListener("message", event => {
    const message = JSON.parse(event.data);
    if (!message.evt) {
        console.log(JSON.stringify({ push: message }));
        return;
    }
    waiting.get(message.evt.id)?.(message);
    waiting.delete(message.evt.id);
});

function send(command, args = [], kwargs = {}) {
    const message = { command: { command, args, kwargs }, id: randomUUID() };
    return new Promise(resolve => {
        waiting.set(message.id, resolve);
        socket.send(JSON.stringify(message));
    });
}

const replies = [];
for await (const line of readline.createInterface({ input: process.stdin })) {
    replies.push(send(...JSON.parse(line)));
}
for (const reply of replies) {
    const message = await reply;
    console.log(JSON.stringify({ tag: message.tag, value: message.tag === "error" ? message.error : message.response }));
}
socket.close(1000);
