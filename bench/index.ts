import { engineHere } from './engine.js';
import { handshakeRows } from './handshakes.js';
import { latencyRows } from './latency.js';
import { packetRows } from './packets.js';
import { machine, printTable } from './table.js';

const quick = process.argv.includes('--quick');

const engine = await engineHere();
console.log(machine());
printTable('Packets (median of runs)', packetRows(engine, quick ? 200 : 1000));
printTable('Key exchanges, both sides in one process', await handshakeRows(engine, quick ? 10 : 50));
printTable('One-way latency through the gateway', await latencyRows(quick ? 50 : 500));
process.exit(0);
