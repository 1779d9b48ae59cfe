#pragma once

// JSON values. Boost.JSON's value type under our own name; nothing outside `codec` names Boost.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace comity::codec {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;

}  // namespace comity::codec
