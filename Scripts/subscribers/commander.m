% Sends one command to an acquisition application and prints the reply.
%
%   apt-get install octave octave-zeromq
%   octave --quiet commander.m [HOST [PORT [COMMAND [DATA]]]]        defaults: 127.0.0.1 5557 400 (GET_STATUS), no data
%   octave --quiet commander.m 127.0.0.1 5557 120 '{"mode": 1000}'   SET_APPLICATION_MODE
%
% Exit status: 0 there was a reply, 3 there was none within 5 seconds.
%
% MATLAB has no ZeroMQ of its own. There, take JeroMQ (javaaddpath jeromq.jar):
%   context = org.zeromq.ZMQ.context(1);  socket = context.socket(org.zeromq.ZMQ.REQ);
%   socket.setLinger(0);  socket.setReceiveTimeOut(5000);  socket.connect('tcp://127.0.0.1:5557');
%   socket.send(request);  reply = char(socket.recvStr());   % empty when there was no answer in time
% and set host, port and command in the script, as argv() is Octave's.

pkg load zeromq

% Text as it is. What is no text, or would command a terminal, as its length and first bytes.
function line = shown(bytes)
    bytes = uint8(bytes(:)');
    try
        text = native2unicode(bytes, 'UTF-8');
        isText = isequal(uint8(unicode2native(text, 'UTF-8')), bytes);
        c = typecast(uint8(unicode2native(text, 'UTF-32LE')), 'uint32');  % the characters' numbers
        isControl = c < 32 | (c >= 127 & c < 160) | (c >= 8203 & c < 8208) | (c >= 8232 & c < 8239) ...
            | (c >= 8288 & c < 8304) | c == 65279;
    catch
        isText = false;
    end
    if isText && !isempty(bytes) && !any(isControl)
        line = text;
    else
        rest = '';
        if numel(bytes) > 16
            rest = ' ...';
        end
        line = [sprintf('%d bytes:', numel(bytes)), sprintf(' %02x', bytes(1:min(end, 16))), rest];
    end
end

arguments = [argv(); {'127.0.0.1'; '5557'; '400'; 'null'}(numel(argv()) + 1:end)];
endpoint = sprintf('tcp://%s:%s', arguments{1}, arguments{2});

% The nonce comes back in the reply, and in the COMMAND_RESULT that follows a reply with result 201 (pending).
% Use 1 or more: 0 is what the reply to a request says that was not understood.
request = sprintf('{"command": %s, "nonce": %d, "data": %s}', arguments{3}, randi(2^31 - 1), arguments{4});

socket = zmq_socket(ZMQ_REQ);
zmq_connect(socket, endpoint);
zmq_send(socket, uint8(request));

% After a time-out a REQ socket is stuck in the middle of its exchange: close it and make another one.
if zmq_poll(socket, 5000)
    text = char(zmq_recv(socket, 1e6));
    printf('%s\n', shown(text));
    % reply = jsondecode(text) makes a struct of it: reply.result is 100 for success
    status = 0;
else
    fprintf(stderr, 'no answer from %s within 5 seconds\n', endpoint);
    status = 3;
end
zmq_close(socket);
exit(status);
