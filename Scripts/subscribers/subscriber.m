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
    topic = double(typecast(zmq_recv(socket, 4), 'uint32'));
    text = char(zmq_recv(socket, 1e6));

    % Releases up to 0.9.7 send a JSON string that contains the JSON: parse, and while it is a string, parse again.
    % `value` is then a struct, such as value.kind; the text is printed as numbers above 2^53 lose digits in a struct.
    try
        value = jsondecode(text);
        while ischar(value)
            text = value;
            value = jsondecode(text);
        end
    catch
        value = [];  % a text that is no JSON: shown as it is
    end

    if isKey(names, topic)
        name = names(topic);
    else
        name = num2str(topic);
    end
    printf('%s %s %s\n', datestr(now, 'HH:MM:SS.FFF'), name, text);
    fflush(stdout);
    received = received + 1;
end

zmq_close(socket);
