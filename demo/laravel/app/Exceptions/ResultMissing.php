<?php

namespace App\Exceptions;

use RuntimeException;

class ResultMissing extends RuntimeException
{
}
