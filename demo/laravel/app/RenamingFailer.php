<?php

namespace App;

/** Records failures of one queue under another's name. */
class RenamingFailer
{
    public function __construct(private $failer, private string $from, private string $to)
    {
    }

    public function log($connection, $queue, $payload, $exception)
    {
        return $this->failer->log($connection, $queue === $this->from ? $this->to : $queue, $payload, $exception);
    }

    public function __call(string $method, array $arguments)
    {
        return $this->failer->{$method}(...$arguments);
    }
}
