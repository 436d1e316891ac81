// What PsychoPy Studio does with a Liaison backend, in Node (--experimental-websocket before Node 22): a listener that passes
// on what has a tag, and, for each request that waits, one that looks into evt.id of every message that arrives. An exception
// of a listener is an uncaught exception there, as here.
//
// Sends each line of its input, a JSON list [name, args, kwargs], one after another, and prints {"reply": …} or {"error": …}
// for each; {"tag": …, "message": …} for what is passed on and is no reply; {"thrown": …} for an exception.

import readline from "node:readline";
import { randomUUID } from "node:crypto";

process.on("uncaughtException", error => console.log(JSON.stringify({ thrown: `${error}` })));

const socket = new WebSocket(process.argv[2]);
await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = event => reject(new Error(event.message ?? "no connection"));
});

socket.addEventListener("message", event => {
    let message = event.data;
    if (typeof message === "string") {
        try {
            message = JSON.parse(message);
        } catch {}
    }
    if (typeof message === "object" && "tag" in message) {
        if (message.tag !== "response" && message.tag !== "error") {
            console.log(JSON.stringify({ tag: message.tag, message }));
        }
    }
});

function send(command) {
    const id = randomUUID();
    socket.send(JSON.stringify({ command, id }));
    return new Promise((resolve, reject) => {
        const listener = event => {
            const data = JSON.parse(event.data);
            if (data.evt.id !== id) {
                return;
            }
            socket.removeEventListener("message", listener);
            if ("response" in data) {
                resolve(data.response);
            } else {
                reject(data);
            }
        };
        socket.addEventListener("message", listener);
    });
}

for await (const line of readline.createInterface({ input: process.stdin })) {
    const [command, args = [], kwargs = {}] = JSON.parse(line);
    const waiting = send({ command, args, kwargs });
    console.log(JSON.stringify({ sent: command }));
    await waiting.then(
        reply => console.log(JSON.stringify({ reply })),
        data => console.log(JSON.stringify({ error: data.error })),
    );
}
socket.close(1000);
