/** Process that writes one request repeatedly: `flood.js <port> <connections> <read|ignore> <request>`. */
import { Buffer } from 'node:buffer';
import { connect } from 'node:net';
import process from 'node:process';
import { setImmediate, setTimeout } from 'node:timers';

const [port, connections, reading, text = ''] = process.argv.slice(2);
const chunk = Buffer.from(text.repeat(Math.ceil(65_536 / text.length)), 'latin1');

for (let index = 0; index < Number(connections); index += 1) {
  const socket = connect(Number(port), '127.0.0.1');
  const write = () => {
    if (socket.write(chunk)) setImmediate(write);
    else socket.once('drain', write);
  };
  socket.once('connect', write);
  socket.on('error', () => undefined);
  if (reading === 'read') socket.resume();
}
setTimeout(() => process.exit(), 60_000);
