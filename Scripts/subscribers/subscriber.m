% Prints what an acquisition application publishes.
%
%   apt-get install octave octave-zeromq
%   octave --quiet subscriber.m [HOST [PORT [COUNT]]]        defaults: 127.0.0.1 5556, for ever
%
% MATLAB has no ZeroMQ of its own. There, take JeroMQ (javaaddpath jeromq.jar):
%   context = org.zeromq.ZMQ.context(1);  socket = context.socket(org.zeromq.ZMQ.SUB);
%   socket.subscribe(uint8([]));          socket.connect('tcp://127.0.0.1:5556');
%   topic = typecast(socket.recv(), 'uint32');  text = native2unicode(typecast(socket.recv(), 'uint8')', 'UTF-8');
% and set host, port and count in the script, as argv() is Octave's. The rest is the same.

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

arguments = [argv(); {'127.0.0.1'; '5556'; '0'}(numel(argv()) + 1:end)];
endpoint = sprintf('tcp://%s:%s', arguments{1}, arguments{2});
count = str2double(arguments{3});

names = containers.Map({0, 1001, 2001, 4001, 5001, 6001}, ...
    {'ANY', 'HEARTBEAT', 'EMERGENCY', 'EVENT', 'PROPERTY_CHANGE', 'COMMAND_RESULT'});

socket = zmq_socket(ZMQ_SUB);
zmq_setsockopt(socket, ZMQ_SUBSCRIBE, '');  % everything
zmq_connect(socket, endpoint);

received = 0;
while count == 0 || received < count
    % Two frames: the topic as 4 bytes, little-endian, and the payload as UTF-8 JSON.
    topic = double(typecast([zmq_recv(socket, 4), zeros(1, 4, 'uint8')](1:4), 'uint32'));
    text = '';
    while zmq_getsockopt(socket, ZMQ_RCVMORE)
        text = char(zmq_recv(socket, 1e6));
    end

    % Releases up to 0.9.7 send a JSON string that contains the JSON: parse, and while it is a string, parse again.
    % `value` is then a struct, such as value.kind; the text is printed as numbers above 2^53 lose digits in a struct.
    try
        value = jsondecode(text);
        while ischar(value)
            text = value;
            value = jsondecode(text);
        end
    catch
        value = [];  % a text that is no JSON
    end

    if isKey(names, topic)
        name = names(topic);
    else
        name = num2str(topic);
    end
    printf('%s %s %s\n', datestr(now, 'HH:MM:SS.FFF'), name, shown(text));
    fflush(stdout);
    received = received + 1;
end

zmq_close(socket);
