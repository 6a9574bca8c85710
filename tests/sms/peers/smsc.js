// A message centre from npm `smpp`, driven by a test: one JSON command a line on stdin, one JSON event a line
// on stdout. It listens on a free port of the loopback address and ends when stdin ends.
'use strict';

const readline = require('readline');
const smpp = require('smpp');

const PASSWORD = process.argv[2];
const links = new Set();
let nextId = 1;
let rules = { status: [], hold: 0, receipts: [], refuseBind: 0, silentLink: false };
const held = [];

const say = (event) => process.stdout.write(JSON.stringify(event) + '\n');

function receiptText(id, stat) {
  return `id:${id} sub:001 dlvrd:001 submit date:2611211200 done date:2611211201 stat:${stat} err:000 text:`;
}

function sendReceipt(link, pdu, id, stat) {
  link.deliver_sm({
    source_addr: pdu.destination_addr, source_addr_ton: 1, source_addr_npi: 1,
    destination_addr: pdu.source_addr, esm_class: 0x04, data_coding: 0,
    short_message: { message: receiptText(id, stat) },
  }, (answer) => say({ event: 'receipt_acknowledged', id, status: answer.command_status }));
}

function textOf(pdu) {
  const content = pdu.short_message || {};
  return content.message === undefined ? '' : content.message;
}

function answer(link, pdu) {
  const status = rules.status.length ? rules.status.shift() : 0;
  if (status) {
    link.send(pdu.response({ command_status: status }));
    say({ event: 'submit_refused', status, to: pdu.destination_addr });
    return;
  }
  const id = 'N' + String(nextId++);
  const before = rules.receipts.includes('BEFORE');
  if (before) sendReceipt(link, pdu, id, 'DELIVRD');
  link.send(pdu.response({ message_id: id }));
  for (const stat of rules.receipts) if (stat !== 'BEFORE') sendReceipt(link, pdu, id, stat);
}

function onSubmit(link, pdu) {
  const content = pdu.short_message || {};
  const header = content.udh && content.udh.length ? Array.from(content.udh[0]) : null;
  say({
    event: 'submit', to: pdu.destination_addr, from: pdu.source_addr, coding: pdu.data_coding,
    esm: pdu.esm_class, registered: pdu.registered_delivery, text: textOf(pdu), header, held: rules.hold > 0,
  });
  if (rules.hold > 0) {
    rules.hold -= 1;
    held.push([link, pdu]);
  } else {
    answer(link, pdu);
  }
}

function onBind(link, pdu) {
  if (rules.refuseBind > 0 || pdu.password !== PASSWORD) {
    rules.refuseBind = Math.max(0, rules.refuseBind - 1);
    link.send(pdu.response({ command_status: smpp.ESME_RINVPASWD }));
    say({ event: 'bind_refused' });
    link.close();
    return;
  }
  links.add(link);
  link.send(pdu.response({ system_id: 'peer' }));
  say({ event: 'bind', system: pdu.system_id });
}

const server = smpp.createServer({}, (link) => {
  link.on('error', () => link.destroy());
  link.on('close', () => { links.delete(link); say({ event: 'closed' }); });
  link.on('bind_transceiver', (pdu) => onBind(link, pdu));
  link.on('submit_sm', (pdu) => onSubmit(link, pdu));
  link.on('enquire_link', (pdu) => {
    say({ event: 'enquire_link' });
    if (!rules.silentLink) link.send(pdu.response());
  });
  link.on('enquire_link_resp', () => say({ event: 'alive' }));
  link.on('unbind', (pdu) => { say({ event: 'unbind' }); link.send(pdu.response()); link.close(); });
  link.on('unknown', (pdu) => link.send(pdu.response()));
  link.on('generic_nack', (pdu) => say({ event: 'nack', status: pdu.command_status }));
});

function deliver(command) {
  const [link] = links;
  command.parts.forEach((part, at) => {
    const message = { message: part.text };
    if (part.header) message.udh = Buffer.from(part.header);
    const fields = {
      source_addr: command.from, source_addr_ton: 1, source_addr_npi: 1, destination_addr: '1414',
      esm_class: part.header ? 0x40 : 0, data_coding: part.coding, short_message: message,
    };
    if (part.networkId) fields.receipted_message_id = part.networkId;
    link.deliver_sm(fields, (reply) => say({
      event: 'acknowledged', tag: command.tag, part: at + 1, status: reply.command_status,
    }));
  });
}

const commands = {
  rules: (command) => { rules = { ...rules, ...command.set }; },
  deliver,
  drop: () => { for (const link of links) link.destroy(); },
  unbind: () => { for (const link of links) link.unbind(); },
  release: () => { while (held.length) answer(...held.shift()); },
  ask: () => { for (const link of links) link.enquire_link(); },
  raw: (command) => { for (const link of links) link.socket.write(Buffer.from(command.hex, 'hex')); },
};

readline.createInterface({ input: process.stdin })
  .on('line', (line) => {
    const command = JSON.parse(line);
    commands[command.do](command);
    say({ event: 'done', do: command.do });
  })
  .on('close', () => process.exit(0));

server.listen(0, '127.0.0.1', () => say({ event: 'ready', port: server.address().port }));
